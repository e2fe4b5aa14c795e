"""The quoted passages of a Document: what stands between its outermost quotation marks."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.quotes.quote import Span
from corpora.document import Document
from corpora.quotation import Marks, pair_marks


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch between outermost quotation marks.

    ``spans`` are its words, without the marks and the white space inside them, one (block, start, end) a paragraph;
    ``outer`` are the same with the marks. ``nested`` tells whether quotations stand inside.
    """

    spans: tuple[Span, ...]
    outer: tuple[Span, ...]
    nested: bool

    def text(self, document: Document) -> str:
        """The words, paragraphs joined by a space."""
        return " ".join(document.blocks[block].text[start:end] for block, start, end in self.spans)


def passages(document: Document) -> list[Passage]:
    """Every quoted passage in reading order.

    A quotation over several paragraphs, opened anew in each and closed in the last, is one passage. An opening or
    closing mark without a partner makes none.
    """
    found: list[Passage] = []
    running: list[tuple[Span, Span]] = []
    for index, block in enumerate(document.blocks):
        if block.kind == "code":
            running = []
            continue
        marks = pair_marks(block.text)
        if running:
            end = _continued_until(block.text, marks)
            if end is None:
                running = []
            else:
                inner, closed = end
                start = inner[0]
                running.append(((index, *inner), (index, 0, closed or len(block.text))))
                if closed is None:
                    continue
                found.append(_joined(running))
                running = []
                found += _paired(index, block.text, marks, after=max(start, closed))
                continue
        found += _paired(index, block.text, marks, after=-1)
        running = _left_open(index, block.text, marks)
    return found


def _paired(index: int, text: str, marks: Marks, after: int) -> list[Passage]:
    return [
        Passage(
            ((index, *_trim(text, pair.inner_start, pair.inner_end)),),
            ((index, pair.start, pair.end),),
            any(inner.depth == 1 and pair.start < inner.start < pair.end for inner in marks.pairs),
        )
        for pair in marks.pairs
        if pair.depth == 0
        and pair.start > after
        and text[pair.inner_start : pair.inner_end].strip()
    ]


def _left_open(index: int, text: str, marks: Marks) -> list[tuple[Span, Span]]:
    """The last opening mark of a paragraph, if nothing closes it and a pair does not follow."""
    if not marks.unclosed:
        return []
    start, inner = marks.unclosed[-1]
    if text[start] in "'’‘`" or any(pair.start > start and pair.depth == 0 for pair in marks.pairs):
        return []
    return [((index, *_trim(text, inner, len(text))), (index, start, len(text)))]


def _continued_until(text: str, marks: Marks) -> tuple[tuple[int, int], int | None] | None:
    """Where a quotation left open before ends in this paragraph.

    Returns its words here and the end of the closing mark (None: it runs on), or None if it does not go on here.
    """
    opening = len(text) - len(text.lstrip())
    for start, inner in marks.unclosed:
        if start == opening:
            return _trim(text, inner, len(text)), None
    for pair in marks.pairs:
        if pair.start == opening and pair.depth == 0:
            return _trim(text, pair.inner_start, pair.inner_end), pair.end
    doubles = [(start, end) for start, end in marks.stray if text[start] not in "'’‘"]
    if doubles and not any(pair.start < doubles[0][0] for pair in marks.pairs if pair.depth == 0):
        return _trim(text, 0, doubles[0][0]), doubles[0][1]
    return None


def _joined(parts: list[tuple[Span, Span]]) -> Passage:
    return Passage(
        tuple(inner for inner, _ in parts), tuple(outer for _, outer in parts), nested=False
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
