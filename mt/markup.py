"""Carry a block's inline markup (links, bold face) over to its translation, along the model's attention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpora.document import Block, Inline
from mt.engines import Hypothesis
from mt.vocabulary import Vocabulary

if TYPE_CHECKING:
    from mt.translator import SegmentTranslation

Link = tuple[int, int, int, int]


def attention_links(
    source: str,
    target: str,
    hypothesis: Hypothesis,
    vocabulary: Vocabulary,
    *,
    read: str | None = None,
) -> tuple[Link, ...]:
    """Word links by attention: each target word with the source word that its pieces look at most.

    ``read`` is what the model read for ``source``, word for word, where stand-ins were in it. Returns (source start,
    source end, target start, target end) in characters. Pieces are counted into words by
    their leading "▁"; where the finished target has other words than the hypothesis (a repaired number), links stop
    being exact but stay inside the texts.
    """
    source_words = [(m.start(), m.end()) for m in re.finditer(r"\S+", source)]
    target_words = [(m.start(), m.end()) for m in re.finditer(r"\S+", target)]
    of_source = _word_numbers(vocabulary.encode_source(read or " ".join(source.split())))
    of_target = _word_numbers(hypothesis.pieces)
    links: dict[tuple[int, int], None] = {}
    for piece, looked in enumerate(hypothesis.attention):
        word = of_target[piece]
        if (
            looked < len(of_source)
            and of_source[looked] < len(source_words)
            and word < len(target_words)
        ):
            links[of_source[looked], word] = None
    return tuple((*source_words[s], *target_words[t]) for s, t in links)


def project(source: Block, target: Block, row: Sequence[SegmentTranslation]) -> Block:
    """``target`` with the inlines of ``source``, each around the words that translate what it held.

    An inline around a whole block or segment stays so; one whose words are found verbatim goes there; any other
    follows the links. One that stands at a point (a line break) goes to the same share of the text.
    """
    if len(target.segments) != len(source.segments):
        return target
    placed = [i for inline in source.inlines if (i := _place(inline, source, target, row))]
    return replace(target, inlines=tuple(_nested(placed)))


def _place(
    inline: Inline, source: Block, target: Block, row: Sequence[SegmentTranslation]
) -> Inline | None:
    text = source.text[inline.start : inline.end]
    if inline.start == inline.end:
        share = inline.start / max(1, len(source.text))
        at = _word_border(target.text, round(share * len(target.text)))
        return replace(inline, start=at, end=at)
    if not source.text[: inline.start].strip() and not source.text[inline.end :].strip():
        return replace(inline, start=0, end=len(target.text))
    spans = list(_spans(inline, source, target, row))
    if not spans:
        return None
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    if target.text.count(text) == 1 and text.strip():
        start = target.text.index(text)
        end = start + len(text)
    return replace(inline, start=start, end=end)


def _spans(
    inline: Inline, source: Block, target: Block, row: Sequence[SegmentTranslation]
) -> Iterator[tuple[int, int]]:
    """Target spans, in block offsets, of what the inline holds of each segment."""
    for before, after, done in zip(source.segments, target.segments, row, strict=True):
        start, end = (
            max(inline.start, before.start) - before.start,
            min(inline.end, before.end) - before.start,
        )
        if start >= end:
            continue
        length = before.end - before.start
        if start == 0 and end == length:
            yield after.start, after.end
            continue
        linked = [(ts, te) for ss, se, ts, te in done.links if ss < end and start < se]
        if linked:
            yield after.start + min(s for s, _ in linked), after.start + max(e for _, e in linked)
        else:
            size = after.end - after.start
            left = _word_border(target.text, after.start + start * size // length)
            right = _word_border(target.text, after.start + end * size // length)
            if left < right:
                yield left, right


def _nested(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """Inlines that cross each other made to nest, since no format can print crossing ones: the later is cut short."""
    done: list[Inline] = []
    for inline in sorted(inlines, key=lambda i: (i.start, -i.end)):
        current = inline
        for other in done:
            if other.start <= current.start < other.end < current.end:
                current = replace(current, end=other.end)
        done.append(current)
        yield current


def _word_numbers(pieces: Sequence[str]) -> list[int]:
    numbers: list[int] = []
    word = -1
    for piece in pieces:
        if piece.startswith("▁") or word < 0:
            word += 1
        numbers.append(word)
    return numbers


def _word_border(text: str, at: int) -> int:
    borders = [0, len(text), *(m.end() for m in re.finditer(r"\s", text))]
    return min(borders, key=lambda b: abs(b - at))
