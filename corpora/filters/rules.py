"""Filters that look at one pair at a time.

Names and settings follow OpusFilter (Aulamo, Virpioja and Tiedemann 2020, https://aclanthology.org/2020.acl-demos.20)
where it has the same filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import eq
from typing import ClassVar, Literal

from corpora.bitext import Pair
from corpora.filters.base import Score
from corpora.folding import fold
from corpora.language import likelihood
from corpora.numbers import agreement

Unit = Literal["word", "char"]

_NOT_LATIN = re.compile(r"[^\W\d_A-Za-zªºÀ-ɏʰ-˿Ḁ-ỿﬀ-ﬆ]")
_LETTER = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[\da-fA-F]{2,6});")
# Control and private characters; UTF-8 that was read as Latin-1 or cp1252 (`Ã¼`, `ÅŸ`, `â€™`) and
# letters that became question marks on the way.
_GARBAGE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffc-\uffff\ud800-\uf8ff]"
    "|[ÂÃÄÅ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|â€|ï»¿|(?<=[a-zçğıöşü])\\?(?=[a-zçğıöşü])"
)
# ISO 8859-9 read as ISO 8859-1: ş ı ğ İ Ş Ğ become these, which Icelandic names have too, but one at a time.
_LATIN_1_TURKISH = re.compile("[þýðÝÞÐ]")
_TURKISH = re.compile("[şığİŞĞ]")
_DIGIT = re.compile(r"\d")


def _size(text: str, unit: Unit) -> int:
    return len(text.split()) if unit == "word" else len(text)


@dataclass(frozen=True, slots=True)
class Length:
    """Is each side of a length to learn from? Score: words or characters of either side."""

    name: ClassVar[str] = "length"
    unit: Unit = "word"
    min_length: int = 1
    max_length: int = 100

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Lengths of both sides in ``unit``."""
        return [(_size(p.source, self.unit), _size(p.target, self.unit)) for p in pairs]

    def accept(self, score: Score) -> bool:
        """Both lengths are within the limits, which count as within."""
        return all(self.min_length <= length <= self.max_length for length in score)


@dataclass(frozen=True, slots=True)
class LengthRatio:
    """Is one side much longer than the other? Score: the longer over the shorter, both lengthened by ``smoothing``.

    Smoothing lets very short sides differ more: of `Evet.` and `Yes, it is.` nothing is missing.
    """

    name: ClassVar[str] = "length-ratio"
    unit: Unit = "char"
    threshold: float = 3.0
    smoothing: float = 0.0

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The ratio of the lengths, 1 or more; endless where one side is empty and smoothing 0."""
        scores: list[Score] = []
        for pair in pairs:
            sizes = (_size(pair.source, self.unit), _size(pair.target, self.unit))
            low, high = min(sizes) + self.smoothing, max(sizes) + self.smoothing
            scores.append((high / low if low else float("inf"),))
        return scores

    def accept(self, score: Score) -> bool:
        """The ratio is under the threshold."""
        return score[0] < self.threshold


@dataclass(frozen=True, slots=True)
class LongWord:
    """Does a side hold a word longer than words are? Score: characters of the longest word of either side."""

    name: ClassVar[str] = "long-word"
    threshold: int = 40

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The length of each side's longest word."""
        return [(_longest(pair.source), _longest(pair.target)) for pair in pairs]

    def accept(self, score: Score) -> bool:
        """Both are under the threshold."""
        return max(score) < self.threshold


def _longest(text: str) -> int:
    return max(map(len, text.split()), default=0)


@dataclass(frozen=True, slots=True)
class Script:
    """Is a side written in other letters than Latin ones? Score: the Latin share of either side's letters."""

    name: ClassVar[str] = "script"
    threshold: float = 0.8

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The share, 0 to 1, of each side; 1 where it has no letters."""
        return [(_latin(pair.source), _latin(pair.target)) for pair in pairs]

    def accept(self, score: Score) -> bool:
        """Both shares reach the threshold."""
        return min(score) >= self.threshold


def _latin(text: str) -> float:
    if text.isascii() or not (foreign := len(_NOT_LATIN.findall(text))):
        return 1.0
    return 1 - foreign / len(_LETTER.findall(text))


@dataclass(frozen=True, slots=True)
class Garbage:
    """Was the text damaged on its way? Score: control characters, mojibake and lost letters of either side."""

    name: ClassVar[str] = "garbage"
    threshold: int = 0

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """How much damage is seen on each side."""
        return [
            (_damage(pair.source, pair.source_lang), _damage(pair.target, pair.target_lang))
            for pair in pairs
        ]

    def accept(self, score: Score) -> bool:
        """Neither side has more than the threshold."""
        return max(score) <= self.threshold


def _damage(text: str, lang: str) -> int:
    # An address may hold a question mark between letters.
    seen = len(_GARBAGE.findall(text)) if "://" not in text or not text.isascii() else 0
    if lang == "tr" and not text.isascii() and not _TURKISH.search(text):
        strange = _LATIN_1_TURKISH.findall(text)
        seen += len(strange) if len(set(strange)) > 1 else 0
    return seen


@dataclass(frozen=True, slots=True)
class Markup:
    """Were tags left in the text? Score: HTML or XML tags and entities of either side."""

    name: ClassVar[str] = "markup"
    threshold: int = 0

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """How many each side has."""
        return [(_tags(pair.source), _tags(pair.target)) for pair in pairs]

    def accept(self, score: Score) -> bool:
        """Neither side has more than the threshold."""
        return max(score) <= self.threshold


def _tags(text: str) -> int:
    return len(_TAG.findall(text)) if "<" in text or "&" in text else 0


@dataclass(frozen=True, slots=True)
class Repetition:
    """Does a side say the same again and again? Score: how often in a row a phrase is said, in either side.

    A phrase is up to six words; within a word (`hahaha`, `-----`) it counts from six times on.
    """

    name: ClassVar[str] = "repetition"
    threshold: int = 3

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The longest run of each side, 1 or more."""
        return [(_run(pair.source), _run(pair.target)) for pair in pairs]

    def accept(self, score: Score) -> bool:
        """Both runs are shorter than the threshold."""
        return max(score) < self.threshold


def _run(text: str) -> int:
    words = re.findall(r"\w+", text.lower())
    longest = 1
    if len(set(words)) < len(words):
        longest = max(_in_a_row(words, size) for size in range(1, 7))
    for token in text.split():
        # Zeros in a row are a number.
        if len(token) - len(set(token)) > 4 and not _DIGIT.search(token):
            sizes = range(1, min(10, len(token) // 6) + 1)
            longest = max([longest, *(t for size in sizes if (t := _in_a_row(token, size)) > 5)])
    return longest


def _in_a_row(items: Sequence[str], size: int) -> int:
    """How often in a row any ``size`` neighbouring items come."""
    again = list(map(eq, items, items[size:]))
    if again.count(True) < size:
        return 1
    longest = max(sum(1 for _ in run) for same, run in groupby(again) if same)
    return longest // size + 1


@dataclass(frozen=True, slots=True)
class Identical:
    """Was the text left untranslated? Score: how alike both sides are, by letters, case aside."""

    name: ClassVar[str] = "identical"
    threshold: float = 0.9

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """1 minus the edit distance over the longer length, 0 to 1; scores under the threshold are given as 0."""
        from rapidfuzz.distance import Levenshtein

        alike = Levenshtein.normalized_similarity
        return [
            (alike(fold(p.source), fold(p.target), score_cutoff=self.threshold),) for p in pairs
        ]

    def accept(self, score: Score) -> bool:
        """They are less alike than the threshold."""
        return score[0] < self.threshold


@dataclass(frozen=True, slots=True)
class Numbers:
    """Do both sides say the same numbers? Score: the share of numbers in digits that the other side has too.

    By value, in digits or words: 1.250,5 is 1,250.5, 26 bin 400 is 26,400 and `üç` is 3.
    """

    name: ClassVar[str] = "numbers"
    threshold: float = 0.5

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The share, 0 to 1; 1 where there is no number."""
        return [(agreement(p.source, p.target, p.source_lang, p.target_lang),) for p in pairs]

    def accept(self, score: Score) -> bool:
        """The share reaches the threshold."""
        return score[0] >= self.threshold


@dataclass(frozen=True, slots=True)
class Language:
    """Is each side in its language? Score: how likely that is beside the likeliest language, for either side."""

    name: ClassVar[str] = "language"
    threshold: float = 0.3

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The likelihoods, 0 to 1; 1 for a side of fewer than two words."""
        return [
            (likelihood(p.source, p.source_lang), likelihood(p.target, p.target_lang))
            for p in pairs
        ]

    def accept(self, score: Score) -> bool:
        """Both reach the threshold."""
        return min(score) >= self.threshold


@dataclass(frozen=True, slots=True)
class Similarity:
    """Do both sides mean the same? Score: likeness of their vectors.

    ``compare`` takes the source texts and the target texts and gives the likeness of each pair, -1 to 1; the sentence
    encoder that does so lives on a higher floor.
    """

    name: ClassVar[str] = "similarity"
    compare: Callable[[Sequence[str], Sequence[str]], Sequence[float]]
    threshold: float = 0.3

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """What ``compare`` says."""
        likeness = self.compare([p.source for p in pairs], [p.target for p in pairs])
        return [(float(one),) for one in likeness]

    def accept(self, score: Score) -> bool:
        """The likeness reaches the threshold."""
        return score[0] >= self.threshold
