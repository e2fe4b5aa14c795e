"""Quotes of one document as JSON, TSV and a table for the terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from alignment.quotes import Quote
from alignment.quotes import as_json as quote_json
from corpora.document import Document
from corpora.formats.tabular import rows

JSON_VERSION = 1


def as_json(
    document: Document, quotes: Sequence[Quote], proposals: Sequence[Any] | None
) -> dict[str, Any]:
    """The documented JSON of `dragoman quotes`; ``proposals`` add an ``originals`` list to each quote."""
    rows = [quote_json(q) for q in quotes]
    if proposals is None:
        return {"version": JSON_VERSION, "lang": document.lang, "quotes": rows}
    with_originals = [
        row
        | {
            "originals": [
                quote_json(p.quote) | {"source": p.source, "score": round(p.score, 3)}
                for p in found
            ]
        }
        for row, found in zip(rows, proposals, strict=True)
    ]
    return {"version": JSON_VERSION, "lang": document.lang, "quotes": with_originals}


def as_tsv(quotes: Sequence[Quote], proposals: Sequence[Any] | None) -> str:
    """A line a quote: kind, speaker, cue, text, and the best original where proposals are given."""
    header = ["kind", "speaker", "cue", "text"]
    records = [[q.kind, q.speaker or "", q.cue, q.text] for q in quotes]
    if proposals is not None:
        header.append("original")
        for record, found in zip(records, proposals, strict=True):
            record.append(found[0].quote.text if found else "")
    return "".join(rows([header, *records]))


def as_table(quotes: Sequence[Quote], proposals: Sequence[Any] | None, *, color: bool) -> str:
    """A table for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, width=None if color else 118
    )
    table = Table(show_lines=True)
    for name in (
        "Speaker",
        "Kind",
        "Cue",
        "Quote",
        *(["Original wording"] if proposals is not None else []),
    ):
        table.add_column(name)
    styles = {"direct": "green", "partial": "cyan", "headline": "magenta", "indirect": "yellow"}
    for number, quote in enumerate(quotes):
        # As Text, never as markup: an article may well hold [bold].
        row = [
            Text(quote.speaker or "?", style="bold"),
            Text(quote.kind, style=styles[quote.kind]),
            Text(quote.cue),
            Text(quote.text),
        ]
        if proposals is not None:
            row.append(Text(proposals[number][0].quote.text if proposals[number] else "–"))
        table.add_row(*row)
    console.print(table)
    return stream.getvalue()
