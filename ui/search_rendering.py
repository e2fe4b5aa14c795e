"""Hits of `dragoman search` as a table for the terminal, JSON and TSV."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence

from corpora.concordance import Hit
from corpora.formats.tabular import rows

JSON_VERSION = 1


def render(hits: Sequence[Hit], to: str, *, color: bool = False) -> Iterator[str]:
    """``hits`` as ``to``: "table", "json" or "tsv"."""
    if to == "json":
        yield json.dumps(
            {"version": JSON_VERSION, "hits": [_json(hit) for hit in hits]},
            ensure_ascii=False,
            indent=2,
        )
        yield "\n"
    elif to == "tsv":
        header = ("document", "segment", "status", "found", "source", "target")
        records = ((h.document, h.segment, h.status, _found(h), h.source, h.target) for h in hits)
        yield from rows([header, *records])
    elif hits:
        yield _table(hits, color=color)


def _json(hit: Hit) -> dict[str, object]:
    return {
        "document": hit.document,
        "segment": hit.segment,
        "status": hit.status,
        "source": hit.source,
        "target": hit.target,
        "in_source": [list(place) for place in hit.in_source],
        "in_target": [list(place) for place in hit.in_target],
        "before": {"source": hit.before[0], "target": hit.before[1]},
        "after": {"source": hit.after[0], "target": hit.after[1]},
    }


def _found(hit: Hit) -> str:
    """The forms found, as printed."""
    places = [(hit.source, p) for p in hit.in_source] + [(hit.target, p) for p in hit.in_target]
    return ", ".join(dict.fromkeys(text[start:end] for text, (start, end) in places))


def _table(hits: Sequence[Hit], *, color: bool) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def cell(before: str, text: str, after: str, places: Sequence[tuple[int, int]]) -> Text:
        # As Text, never as markup: an article may well hold [bold].
        marked = Text(text)
        for start, end in places:
            marked.stylize("bold green", start, end)
        around = [Text(t, style="dim") if t else None for t in (before, after)]
        return Text("\n").join([t for t in (around[0], marked, around[1]) if t is not None])

    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, width=None if color else 118
    )
    table = Table(show_lines=True)
    for name in ("Where", "Source", "Target"):
        table.add_column(name)
    for hit in hits:
        table.add_row(
            Text(f"{hit.document} {hit.segment}\n{hit.status}"),
            cell(hit.before[0], hit.source, hit.after[0], hit.in_source),
            cell(hit.before[1], hit.target, hit.after[1], hit.in_target),
        )
    console.print(table)
    return stream.getvalue()
