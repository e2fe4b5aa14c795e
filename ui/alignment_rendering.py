"""An Alignment as TSV, JSON, TMX, a ladder and a table for the terminal; the HTML report is in ``ui/report.py``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

from alignment.documents import Alignment
from alignment.quotes import Quote
from alignment.quotes import as_json as quote_json
from alignment.quotes.fidelity import check
from corpora.bitext import Pair
from corpora.document import Document
from corpora.errors import UnsupportedFormat
from corpora.formats import ladder, tmx
from corpora.formats.tabular import rows

JSON_VERSION = 1


def render(alignment: Alignment, to: str) -> str:
    """``alignment`` as ``to``: table, tsv, json, tmx, vecalign, ladder or html. Raises UnsupportedFormat for another."""
    makers: dict[str, Callable[[], str]] = {
        "table": lambda: _table(alignment),
        "tsv": lambda: _tsv(alignment),
        "json": lambda: json.dumps(as_json(alignment), ensure_ascii=False, indent=2) + "\n",
        "tmx": lambda: "".join(tmx.write(pairs(alignment))),
        "vecalign": lambda: "".join(ladder.write_vecalign(alignment.beads)),
        "ladder": lambda: "".join(ladder.write_ladder(alignment.beads)),
        "html": lambda: _html(alignment),
    }
    if to not in makers:
        raise UnsupportedFormat(f"there is no output format {to!r}; there are {', '.join(makers)}")
    return makers[to]()


def as_json(alignment: Alignment) -> dict[str, Any]:
    """The documented JSON of `dragoman align`, as a Python value."""
    made: dict[str, Any] = {"version": JSON_VERSION}
    for side, document in (("source", alignment.source), ("target", alignment.target)):
        made[side] = {"lang": document.lang, "sentences": document.sentences()}
    made["beads"] = [
        {"source": list(b.source), "target": list(b.target), "score": round(b.score, 4)}
        for b in alignment.beads
    ]
    if alignment.quotes is not None:
        made["quotes"] = [
            {
                "source": _quote(p.source, alignment.source),
                "target": _quote(p.target, alignment.target),
                "score": round(p.score, 4),
                "findings": [{"code": f.code, "message": f.message} for f in check(p)],
            }
            for p in alignment.quotes
        ]
    if alignment.words is not None:
        made["words"] = [[list(link) for link in links] for links in alignment.words]
    return made


def pairs(alignment: Alignment) -> list[Pair]:
    """The beads with text on both sides as translation units."""
    return [
        Pair(
            *texts,
            source_lang=alignment.source.lang,
            target_lang=alignment.target.lang,
            score=bead.score,
            origin="aligned",
            document=alignment.source.source,
        )
        for bead, texts in zip(alignment.beads, alignment.texts(), strict=True)
        if bead.source and bead.target
    ]


def sentence_numbers(quote: Quote, document: Document) -> list[int]:
    """Numbers of the document's sentences that the quote has a part in."""
    numbers: list[int] = []
    number = 0
    for index, block in enumerate(document.blocks):
        for segment in block.segments:
            if any(
                b == index and start < segment.end and segment.start < end
                for b, start, end in quote.spans
            ):
                numbers.append(number)
            number += 1
    return numbers


def _quote(quote: Quote | None, document: Document) -> dict[str, Any] | None:
    return (
        None
        if quote is None
        else quote_json(quote) | {"sentences": sentence_numbers(quote, document)}
    )


def _tsv(alignment: Alignment) -> str:
    """Beads as source, target, score; where only quotes are paired, those with their speakers."""
    if alignment.beads or alignment.quotes is None:
        records: list[tuple[object, ...]] = [("source", "target", "score")]
        records += [
            (*t, f"{b.score:.3f}") for b, t in zip(alignment.beads, alignment.texts(), strict=True)
        ]
    else:
        records = [("source speaker", "source quote", "target speaker", "target quote", "score")]
        for p in alignment.quotes:
            left, right = (
                (q.speaker or "", q.text) if q else ("", "") for q in (p.source, p.target)
            )
            records.append((*left, *right, f"{p.score:.3f}"))
    return "".join(rows(records))


def _table(alignment: Alignment) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    color = sys.stdout.isatty()
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, width=None if color else 118
    )
    if alignment.beads:
        table = Table("", "Turkish", "English", title="Sentences", show_lines=True)
        for bead, texts in zip(alignment.beads, alignment.texts(), strict=True):
            style = "" if bead.score >= 0.9 else "yellow" if bead.score >= 0.5 else "red"
            table.add_row(Text(f"{bead.score:.2f}", style=style), *map(Text, texts))
        console.print(table)
    if alignment.quotes is not None:
        table = Table("", "Turkish", "English", "Look at", title="Quotes", show_lines=True)
        for pair in alignment.quotes:
            table.add_row(
                f"{pair.score:.2f}",
                *(
                    Text(f"{q.speaker or '?'}: {q.text}" if q else "–")
                    for q in (pair.source, pair.target)
                ),
                Text("\n".join(f.message for f in check(pair))),
            )
        console.print(table)
    return stream.getvalue()


def _html(alignment: Alignment) -> str:
    from ui.report import report

    return report(alignment)
