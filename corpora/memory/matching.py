"""How alike two sources are, and what to do with the remembered translation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein, Opcodes

from corpora.bitext import Pair
from corpora.folding import fold
from corpora.memory.adapting import DIGITS, Number, adapt, found

Kind = Literal["context", "exact", "fuzzy"]
_SCALE = "bin|milyon|milyar|trilyon|thousand|million|billion|trillion"
_NUMBER = re.compile(rf"{DIGITS.pattern}(?: (?:{_SCALE})\b(?: {DIGITS.pattern})?)*")
# Stands for any number where sources are compared; no text holds it, as reading takes control characters out.
_PLACEHOLDER = "\x00"
_TOKEN = re.compile(r"[^\W_]+(?:[.,:/]\d+)*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a word diff: ``old`` of the remembered source gives way to ``new`` of the source looked up."""

    kind: Literal["equal", "insert", "delete", "replace"]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Match:
    """A remembered pair for a source text.

    ``kind`` is "context" (the same text between the same neighbours), "exact" (the same text but for white space) or
    "fuzzy". ``percent`` is 100 for the first two; else 100 · (1 - edits / length) in characters, rounded down and at
    most 99, where case, İ/I/ı/i, circumflexes and adapted numbers are no edits. ``target`` is the remembered
    translation with its numbers adapted to the new source. ``diff`` goes from the remembered to the new source.
    """

    pair: Pair
    percent: int
    kind: Kind
    diff: tuple[Change, ...]
    target: str

    @property
    def adapted(self) -> bool:
        """Whether ``target`` is no longer what was approved."""
        return self.target != self.pair.target


def normal(text: str) -> str:
    """``text`` with what never matters taken out: runs of white space, and how letters are composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def masked(text: str) -> str:
    """``text`` folded, each number a placeholder: what fuzzy matches are compared by."""
    return _NUMBER.sub(_PLACEHOLDER, fold(" ".join(text.split())))


def diff(old: str, new: str) -> tuple[Change, ...]:
    """The word diff from ``old`` to ``new``: the ``old`` of its steps joined is ``old``, the ``new`` is ``new``."""
    return tuple(
        Change(tag, _span(old, a, start, stop), _span(new, b, first, last))
        for a, b in [(_tokens(old), _tokens(new))]
        for tag, start, stop, first, last in _opcodes([t for t, _, _ in a], [t for t, _, _ in b])
    )


def match(pair: Pair, source: str, kind: Kind) -> Match:
    """``pair`` as a match for ``source``."""
    if kind != "fuzzy":
        return Match(pair, 100, kind, (Change("equal", pair.source, source),), pair.target)
    target = _adapted(pair, source)
    if target is None:
        percent = similarity(fold(pair.source), fold(source))
    else:
        percent = similarity(masked(pair.source), masked(source))
    return Match(pair, min(99, percent), kind, diff(pair.source, source), target or pair.target)


def similarity(a: str, b: str) -> int:
    """Percentage of likeness of two texts, rounded down."""
    return int(100 * Levenshtein.normalized_similarity(a, b))


def _adapted(pair: Pair, source: str) -> str | None:
    """The pair's target with its numbers adapted; None where the numbers differ in a way that is not understood."""
    old, new = (found(text, pair.source_lang) for text in (pair.source, source))
    if [n.printed for n in old] == [n.printed for n in new]:
        return pair.target
    return adapt(old, new, pair.target) if _corresponding(pair.source, source, old, new) else None


def _corresponding(a: str, b: str, old: Sequence[Number], new: Sequence[Number]) -> bool:
    """Whether the numbers stand in the same places, one for one, in what both sources say."""
    if len(old) != len(new):
        return False
    tokens = (_tokens(a), _tokens(b))
    plain = [
        [_PLACEHOLDER if DIGITS.fullmatch(t) else fold(t) for t, _, _ in side] for side in tokens
    ]
    same: dict[int, int] = {}
    for tag, start, stop, first, _ in _opcodes(*plain):
        if tag == "equal":
            same.update(
                (tokens[0][start + k][1], tokens[1][first + k][1]) for k in range(stop - start)
            )
    return all(same.get(x.start) == y.start for x, y in zip(old, new, strict=True))


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _opcodes(
    a: Sequence[str], b: Sequence[str]
) -> Iterator[tuple[Literal["equal", "insert", "delete", "replace"], int, int, int, int]]:
    steps: Opcodes = Levenshtein.opcodes(a, b)
    for step in steps:
        yield step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end  # type: ignore[misc]


def _span(text: str, tokens: Sequence[tuple[str, int, int]], start: int, stop: int) -> str:
    """The characters of the tokens from ``start`` to ``stop``, each with the white space after it."""
    if start == stop:
        return ""
    first = tokens[start][1] if start else 0
    return text[first : tokens[stop][1] if stop < len(tokens) else len(text)]
