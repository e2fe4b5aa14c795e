"""The alignment report: one HTML file that stands alone, for reading, printing and sending on.

Two columns, bead beside bead; quotes tinted by speaker, doubtful beads marked, linked words lit on hover. No network and
no script but a few lines for the hover; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from alignment.documents import Alignment
from alignment.quotes import Quote
from alignment.quotes.fidelity import check
from alignment.sentences import Bead
from alignment.words import tokenize
from corpora.document import Document

# Hues far enough apart to be told from each other; the same speaker has the same one on both sides.
_HUES = (205, 30, 140, 275, 350, 60, 175, 315, 100, 240)
Mark = tuple[int, int, str]  # start, end, opening tag; in characters of one sentence


def report(alignment: Alignment) -> str:
    """The whole page."""
    speakers = _speakers(alignment)
    title = escape(alignment.source.title or alignment.source.source)
    style = files("ui").joinpath("report.css").read_text("utf-8")
    script = files("ui").joinpath("report.js").read_text("utf-8")
    body = "".join(
        [
            *_head(alignment, title),
            _legend(speakers),
            *_rows(alignment, speakers),
            *_quotes(alignment, speakers),
        ]
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{style}</style>\n<body>\n{body}\n<script>\n{script}</script>\n</body>\n</html>\n"
    )


def _head(alignment: Alignment, title: str) -> Iterator[str]:
    doubtful = sum(b.score < 0.5 for b in alignment.beads)
    lone = sum(not b.source or not b.target for b in alignment.beads)
    yield f"<header><h1>{title}</h1><p>{escape(alignment.source.source)} · {escape(alignment.target.source)}</p>"
    if alignment.beads:
        yield f"<p>{len(alignment.beads)} beads, {doubtful} doubtful, {lone} without a counterpart</p>"
    yield "</header>\n"


def _speakers(alignment: Alignment) -> dict[str, int]:
    """Speaker → hue; both names of a pair share one."""
    hues: dict[str, int] = {}
    for pair in alignment.quotes or ():
        names = [q.speaker for q in (pair.source, pair.target) if q and q.speaker]
        hue = next(
            (hues[n] for n in names if n in hues), _HUES[len(set(hues.values())) % len(_HUES)]
        )
        for name in names:
            hues.setdefault(name, hue)
    return hues


def _legend(speakers: dict[str, int]) -> str:
    if not speakers:
        return ""
    items = "".join(
        f'<li style="--hue:{hue}">{escape(name)}</li>' for name, hue in speakers.items()
    )
    return f'<ul class="legend" aria-label="Speakers">{items}</ul>\n'


def _rows(alignment: Alignment, speakers: dict[str, int]) -> Iterator[str]:
    if not alignment.beads:
        return
    sides = [_tinted(alignment, side, speakers) for side in (0, 1)]
    yield '<main class="beads">\n'
    for number, bead in enumerate(alignment.beads):
        links = alignment.words[number] if alignment.words is not None else ()
        cells = []
        for side, indices in enumerate((bead.source, bead.target)):
            document = (alignment.source, alignment.target)[side]
            sentences = [sides[side][i] for i in indices]
            of_token: dict[int, list[int]] = {}
            for at, link in enumerate(links):
                of_token.setdefault(link[side], []).append(at)
            text = _words(sentences, of_token)
            cells.append(f'<p lang="{document.lang}">{text or "—"}</p>')
        yield f'<section class="bead {_state(bead)}"><b title="probability that this bead is right">{bead.score:.2f}</b>'
        yield "".join(cells) + "</section>\n"
    yield "</main>\n"


def _state(bead: Bead) -> str:
    if not bead.source or not bead.target:
        return "lone"
    return "sure" if bead.score >= 0.9 else "fair" if bead.score >= 0.5 else "doubtful"


def _tinted(
    alignment: Alignment, side: int, speakers: dict[str, int]
) -> list[tuple[str, list[Mark]]]:
    """Every sentence of one side with the marks of its quotes."""
    document: Document = (alignment.source, alignment.target)[side]
    quotes: list[Quote] = [q for p in alignment.quotes or () if (q := (p.source, p.target)[side])]
    out: list[tuple[str, list[Mark]]] = []
    for index, block in enumerate(document.blocks):
        for segment in block.segments:
            marks: list[Mark] = []
            for quote in quotes:
                for b, start, end in quote.spans:
                    left, right = max(start, segment.start), min(end, segment.end)
                    if b == index and left < right:
                        who = quote.speaker or "unknown speaker"
                        tag = f'<mark class="{quote.kind}" style="--hue:{speakers.get(who, 0)}" title="{escape(who)} ({quote.kind})">'
                        marks.append((left - segment.start, right - segment.start, tag))
            out.append((block.segment_text(segment), sorted(marks)))
    return out


def _words(sentences: list[tuple[str, list[Mark]]], of_token: dict[int, list[int]]) -> str:
    """The sentences as HTML: tokens with links as spans, inside the marks of quotes."""
    joined = " ".join(text for text, _ in sentences)
    spans = [(token.start, token.end) for token in tokenize(joined)]
    marks: list[Mark] = []
    at = 0
    for text, own in sentences:
        marks += [(at + start, at + end, tag) for start, end, tag in own]
        at += len(text) + 1
    # Quotes may lie inside each other; only the outer one is tinted, so that tags nest.
    outer: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m[0], -m[1])):
        if not outer or mark[0] >= outer[-1][1]:
            outer.append(mark)
    edges = {0, len(joined), *(m[0] for m in outer), *(m[1] for m in outer)}
    numbers = {(start, end): of_token[n] for n, (start, end) in enumerate(spans) if n in of_token}
    for start, end in numbers:
        edges |= {start, end}
    cuts = sorted(edges)
    starts = {m[0]: m[2] for m in outer}
    ends = {m[1] for m in outer}
    made: list[str] = []
    for start, end in zip(cuts, [*cuts[1:], len(joined)], strict=True):
        made.append("</mark>" if start in ends else "")
        made.append(starts.get(start, ""))
        piece = escape(joined[start:end])
        if (start, end) in numbers:
            piece = f'<span data-l="{" ".join(map(str, numbers[start, end]))}">{piece}</span>'
        made.append(piece)
    return "".join(made)


def _quotes(alignment: Alignment, speakers: dict[str, int]) -> Iterator[str]:
    if not alignment.quotes:
        return
    yield '<section class="quotes"><h2>Quotes</h2>\n'
    for pair in alignment.quotes:
        cells = []
        for quote, document in ((pair.source, alignment.source), (pair.target, alignment.target)):
            if quote is None:
                cells.append("<div><p>—</p><small>no counterpart found</small></div>")
                continue
            who = quote.speaker or "unknown speaker"
            cells.append(
                f'<div style="--hue:{speakers.get(who, 0)}"><h3>{escape(who)}</h3>'
                f'<p lang="{document.lang}">{escape(quote.text)}</p>'
                f"<small>{quote.kind}{' · ' + escape(quote.cue) if quote.cue else ''}</small></div>"
            )
        findings = "".join(f"<li>{escape(f.message)}</li>" for f in check(pair))
        yield f'<article class="pair">{"".join(cells)}{f"<ul>{findings}</ul>" if findings else ""}</article>\n'
    yield "</section>\n"
