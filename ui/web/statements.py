"""Quotes in the workbench: found in a text and in its translation, paired, checked, and given their original wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

from alignment.embedding import Encoder
from alignment.quotes import Kind, Quote, find
from alignment.quotes.evidence import compare
from alignment.quotes.fidelity import check
from alignment.quotes.pairing import QuotePair, comparable, originals, pair
from alignment.sentences import Bead
from corpora.document import Document
from corpora.errors import InputError

if TYPE_CHECKING:
    from corpora.store import Project
    from corpora.store.values import QuotePairView, QuoteView

Json = dict[str, Any]


def find_quotes(project: Project, document: str, encoder: Encoder, report: str = "") -> int:
    """Find the quotes of a document and of its translation, pair them, and put them into the project.

    ``report`` is another document to pair with instead: the translation it was aligned with, or an independent report of
    the same event. What a person has made or changed stays. Returns how many pairs there are.
    """
    source = project.document(document)
    target = project.document(report) if report else project.translated(document)
    beads = _beads(project, document, report) if report else _own_beads(source, target)
    here, there = find(source), find(target)
    if beads:
        pairs = pair(here, there, beads, source, target, encoder=encoder)
    else:
        pairs = comparable(here, there, source, target, encoder=encoder)
    project.set_quote_pairs(document, pairs, target=report or None)
    return len(pairs)


def _own_beads(source: Document, target: Document) -> list[Bead]:
    """A document and its translation have their segments in common."""
    place = {segment.id: n for n, (_, segment) in enumerate(target.segments())}
    return [
        Bead((n,), (place[segment.id],) if segment.id in place else (), 1.0)
        for n, (_, segment) in enumerate(source.segments())
    ]


def _beads(project: Project, document: str, report: str) -> list[Bead]:
    for one in project.alignments():
        if (one.source, one.target) == (document, report):
            return [Bead(b.source, b.target, b.score) for b in project.beads(one.id)]
    return []


def shown_pairs(project: Project, document: str, encoder: Encoder) -> Json:
    """Every statement with both sides, what to look at, and the paragraphs that they stand in."""
    texts: dict[tuple[str, str], Document] = {}
    langs = {d.id: (d.lang, d.target_lang) for d in project.documents()}

    def text_of(quote: QuoteView) -> Document:
        key = (quote.document, quote.side)
        if key not in texts:
            own = quote.side == "source"
            texts[key] = project.document(key[0]) if own else project.translated(key[0])
        return texts[key]

    def side(quote: QuoteView | None) -> Json | None:
        if quote is None:
            return None
        document = text_of(quote)
        first, last = quote.spans[0], quote.spans[-1]
        context = document.blocks[first[0]].text if first[0] < len(document.blocks) else ""
        return asdict(quote) | {
            "lang": langs[quote.document][0 if quote.side == "source" else 1],
            "context": context,
            "whole": first[0] == last[0],
            "segment": _segment_at(document, first),
            # An edit of the translation moves what comes after it: then the place is no longer the quote's.
            "stale": quote.side == "target" and _text_at(document, quote) != quote.text,
        }

    pairs = [
        {
            "id": view.id,
            "source": side(view.source),
            "target": side(view.target),
            "score": view.score,
            "status": view.status,
            "findings": [asdict(f) for f in _findings(view, encoder)],
        }
        for view in project.quote_pairs(document)
    ]
    return {"pairs": pairs}


def _findings(view: QuotePairView, encoder: Encoder) -> Sequence[Any]:
    if view.source is None or view.target is None:
        return ()
    here, there = as_quote(view.source), as_quote(view.target)
    evidence = compare(here, there, ("tr", "en"), encoder)
    return check(QuotePair(here, there, view.score, evidence))


def as_quote(view: QuoteView) -> Quote:
    """A quote of the project as the quote finder's value."""
    return Quote(cast("Kind", view.kind), view.speaker, view.cue, view.spans, view.text)


def _segment_at(document: Document, span: tuple[int, int, int]) -> str:
    block, start, _ = span
    if block >= len(document.blocks):
        return ""
    segments = document.blocks[block].segments
    return next((s.id for s in segments if s.end > start), segments[-1].id if segments else "")


def _text_at(document: Document, quote: QuoteView) -> str:
    blocks = document.blocks
    return " ".join(blocks[b].text[s:e] for b, s, e in quote.spans if b < len(blocks))


def change(project: Project, document: str, quote: int, values: dict[str, Any], seen: str) -> None:
    """Change a quote's speaker, kind or extent. Raises InputError where it is not what the person ``seen``."""
    view = quote_of(project, document, quote)
    if view.text != seen:
        raise InputError("somebody has changed this quote since you opened it; look at it again")
    if "start" in values:
        block = view.spans[0][0]
        start, end = values.pop("start"), values.pop("end")
        own = view.side == "source"
        text = (project.document if own else project.translated)(view.document).blocks[block].text
        if not 0 <= start < end <= len(text):
            raise InputError("choose the words of the quote first")
        values |= {"spans": ((block, start, end),), "text": text[start:end]}
    project.edit_quote(view, replace(view, **values, status="edited"))


def quote_of(project: Project, document: str, quote: int) -> QuoteView:
    """A quote by its id, on whichever side it stands. Raises InputError where it is gone."""
    for view in project.quote_pairs(document):
        for side in (view.source, view.target):
            if side and side.id == quote:
                return side
    raise InputError("this quote is gone: somebody has removed it; look at the quotes again")


def proposals(project: Project, document: str, report: str, encoder: Encoder) -> Json:
    """For each quote of a document the quotes of an English report that may be its original wording, by the quote's id."""
    views = [p.source for p in project.quote_pairs(document) if p.source]
    found = originals(
        [as_quote(v) for v in views], project.document(document), [project.document(report)], encoder=encoder
    )  # fmt: skip
    return {
        "originals": {
            v.id: [
                {
                    "text": o.quote.text,
                    "speaker": o.quote.speaker,
                    "score": o.score,
                    "source": o.source,
                }
                for o in row
            ]
            for v, row in zip(views, found, strict=True)
            if row
        }
    }


def take_wording(project: Project, document: str, quote: int, wording: str) -> str:
    """Put an original wording into the translation in place of the machine's; returns the segment that holds it.

    Raises InputError where the translation no longer has the machine's words.
    """
    view = quote_of(project, document, quote)
    text = project.translated(view.document)
    if view.side != "target" or _text_at(text, view) != view.text:
        raise InputError("the translation has changed since its quotes were found; find them again")
    home = ""
    for block, start, end in view.spans:
        for segment in text.blocks[block].segments:
            left, right = max(start, segment.start), min(end, segment.end)
            if left >= right:
                continue
            now = project.segment(view.document, segment.id)
            before = now.target[: left - segment.start]
            after = now.target[right - segment.start :]
            # The whole wording goes where the quote begins; the sentences that it ran on through give up their part.
            put = f"{before}{'' if home else wording}{after}"
            project.edit(
                view.document, segment.id, put.strip(), version=now.version, why="original wording"
            )
            home = home or segment.id
    return home
