"""Numbers of a remembered translation, changed to those of the new sentence.

What counts is the value: `26 bin 400` in Turkish is 26,400 in English, `3,5 milyar` 3.5 billion. A number that the
translation writes in words, or twice, is left alone, and so is one next to singular or plural (1 and any other).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpora import numbers

# A run of digits with inner signs, as one placeholder: 1.250.000, 14:30, 12/03.
DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_SCALED = re.compile(
    r"([\d.,]+)([ -]?)(thousand|million|billion|trillion|k|m|mn|bn|tn)\b", re.IGNORECASE
)
_SCALES = {
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "k": 3, "m": 6, "mn": 6, "bn": 9, "tn": 12,
}  # fmt: skip
_ORDINAL = re.compile(r"\d+(?=(?:st|nd|rd|th)\b)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed in a text, and every value it may stand for."""

    start: int
    end: int
    printed: str
    values: frozenset[Decimal]


def found(text: str, lang: str) -> list[Number]:
    """The numbers printed in digits in ``text``, in order."""
    made: list[Number] = []
    at = 0
    for printed, values in numbers.find(text, lang):
        start = text.index(printed, at)
        at = start + len(printed)
        made.append(Number(start, at, printed, values))
    return made


def adapt(
    old: Sequence[Number], new: Sequence[Number], target: str, target_lang: str = "en"
) -> str | None:
    """``target`` with each number of ``old`` that is another one in ``new`` changed; None where one cannot be.

    ``old`` and ``new`` are the numbers of the remembered and of the new source, one for one.
    """
    if len(old) != len(new):
        return None
    there = found(target, target_lang)
    edits: list[tuple[int, int, str]] = []
    for before, after in zip(old, new, strict=True):
        if before.printed == after.printed or before.values == after.values:
            continue
        if Decimal(1) in before.values | after.values:
            return None
        mine = [n for n in there if n.values & before.values]
        twins = [n for n in old if n.values & before.values]
        edit = _edit(mine[0], before, after, target) if len(mine) == len(twins) == 1 else None
        if edit is None:
            return None
        edits.append(edit)
    for start, end, text in sorted(edits, reverse=True):
        target = target[:start] + text + target[end:]
    return target


def _edit(mine: Number, before: Number, after: Number, target: str) -> tuple[int, int, str] | None:
    """Where and what to write so that ``mine``, which stands for ``before``, says ``after``; None where it cannot."""
    if _ORDINAL.match(target, mine.start):
        if not after.printed.isdigit():
            return None
        return mine.start, mine.end + 2, after.printed + _ordinal(int(after.printed))
    for text in _ways(mine, before, after):
        # Read again: whatever the way of printing, it must say the new value.
        if after.values & {v for _, values in numbers.find(text, "en") for v in values}:
            return mine.start, mine.end, text
    return None


def _ways(mine: Number, before: Number, after: Number) -> Iterator[str]:
    """``after`` as English may print it, in the manner in which ``mine`` prints ``before``; the closest first."""
    if mine.printed == numbers.to_english(before.printed):
        if after.printed.count(" ") == before.printed.count(" ") == 0:
            yield numbers.to_english(after.printed)
    elif mine.printed == before.printed.replace(".", ":"):
        yield after.printed.replace(".", ":")
    value = min(after.values)
    if scaled := _SCALED.fullmatch(mine.printed):
        share = value.scaleb(-_SCALES[scaled[3].lower()]).normalize()
        if share >= 1 and len(share.as_tuple().digits) <= 4:
            yield f"{share:,f}{scaled[2]}{scaled[3]}"
    if len(after.values) == 1 and not re.search(r"[:/]", after.printed):
        yield f"{value.normalize():,f}"


def _ordinal(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
