"""Near-duplicates by MinHash and locality-sensitive hashing, in a stream and in little memory.

Each pair is a set of character 5-grams of both sides. The smallest of a set's hash values under a random function is the
same for two sets as often as they overlap (Jaccard index; Broder 1997, "On the resemblance and containment of
documents"), so 48 such minima estimate the overlap. Pairs that share six minima of one of eight bands are compared
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4): two pairs that overlap by 0.9 meet with a chance of
0.998, by 0.8 with 0.91.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from corpora.bitext import Pair
from corpora.filters.base import Score
from corpora.folding import fold

_BANDS, _ROWS = 8, 6
_GRAM = 5
_NOT_WORDS = re.compile(r"[\W_]+")

_DRAW = np.random.default_rng(1)
_FACTORS = _DRAW.integers(0, 2**31, _BANDS * _ROWS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
_SUMMANDS = _DRAW.integers(0, 2**32, _BANDS * _ROWS, dtype=np.uint32)

_U32 = NDArray[np.uint32]
_U64 = NDArray[np.uint64]


class NearDuplicates:
    """Was nearly the same pair seen before? Score: how far it overlaps with an earlier one.

    Case, marks and spaces do not count; both sides do, so a sentence may come again with another translation. Memory
    grows by some 110 bytes a pair. One object looks through one corpus: it remembers what it has scored.
    """

    name: ClassVar[str] = "near-duplicates"

    def __init__(self, threshold: float = 0.8) -> None:
        """``threshold`` is the Jaccard index, 0 to 1, from which a pair is a duplicate."""
        self.threshold = threshold
        self._seen = 0
        # One byte of each minimum, to estimate the overlap with.
        self._signatures = bytearray()
        # Sorted runs of (32 bits of a band's hash, 32 bits of the pair's number), each at most half the one before.
        self._runs: list[_U64] = []

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """The estimated overlap, 0 to 1, with the earlier pair that is most like it; 0 where none is near."""
        if not pairs:
            return []
        minima = _minima([_text(pair) for pair in pairs])
        signatures = (minima >> np.uint32(24)).astype(np.uint8)
        self._signatures += signatures.tobytes()
        bands = _band_keys(minima)
        own = np.arange(self._seen, self._seen + len(pairs), dtype=np.uint64)
        self._add(np.unique((bands << np.uint64(32)) | own[:, None]))
        overlap = np.zeros(len(pairs))
        seen = np.frombuffer(self._signatures, np.uint8).reshape(-1, _BANDS * _ROWS)
        for band in range(_BANDS):
            first = self._first(bands[:, band])
            earlier = np.flatnonzero(first < own)
            if len(earlier):
                same = (signatures[earlier] == seen[first[earlier]]).mean(axis=1)
                # Two different minima share a byte once in 256 times.
                estimate = np.clip((same - 1 / 256) / (1 - 1 / 256), 0, 1)
                overlap[earlier] = np.maximum(overlap[earlier], estimate)
        self._seen += len(pairs)
        return [(float(one),) for one in overlap]

    def accept(self, score: Score) -> bool:
        """It overlaps less than the threshold with all before it."""
        return score[0] < self.threshold

    def _add(self, run: _U64) -> None:
        self._runs.append(run)
        # Merging runs of like size keeps their number small and each key's moves few (log-structured merge).
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            merged = np.concatenate([self._runs.pop(-2), self._runs.pop()])
            merged.sort()
            # Of each band's hash only the first pair is asked for.
            new = np.ones(len(merged), dtype=bool)
            new[1:] = (merged[1:] >> np.uint64(32)) != (merged[:-1] >> np.uint64(32))
            self._runs.append(merged[new])

    def _first(self, keys: _U64) -> _U64:
        """The number of the first pair with each key."""
        low = keys << np.uint64(32)
        first = np.full(len(keys), np.iinfo(np.uint64).max)
        for run in self._runs:
            at = np.searchsorted(run, low)
            hit = run[np.minimum(at, len(run) - 1)]
            numbers = hit & np.uint64(0xFFFFFFFF)
            first = np.where(hit >> np.uint64(32) == keys, np.minimum(first, numbers), first)
        return first


def _text(pair: Pair) -> str:
    sides = (_NOT_WORDS.sub(" ", fold(side)).strip() for side in (pair.source, pair.target))
    return "|".join(sides).ljust(_GRAM)


def _minima(texts: Sequence[str]) -> _U32:
    """The least hash of each text's 5-grams under each function, as (texts, functions)."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    grams = np.zeros(len(letters) - _GRAM + 1, np.uint32)
    for at in range(_GRAM):
        grams = grams * np.uint32(0x01000193) + letters[at : len(grams) + at]
    lengths = np.array([len(text) for text in texts])
    across = np.cumsum(lengths)[:-1, None] - np.arange(1, _GRAM)
    whole = np.ones(len(grams), bool)
    whole[across] = False
    grams = _mixed(grams[whole])
    starts = np.concatenate([[0], np.cumsum(lengths - _GRAM + 1)[:-1]])
    minima = np.empty((len(texts), len(_FACTORS)), np.uint32)
    for function, (factor, summand) in enumerate(zip(_FACTORS, _SUMMANDS, strict=True)):
        minima[:, function] = np.minimum.reduceat(grams * factor + summand, starts)
    return minima


def _band_keys(minima: _U32) -> _U64:
    """32 bits for each text and band."""
    keys = np.tile(np.arange(_BANDS, dtype=np.uint32), (len(minima), 1))
    for row in range(_ROWS):
        keys = _mixed(keys ^ minima[:, row::_ROWS])
    return keys.astype(np.uint64)


def _mixed(values: _U32) -> _U32:
    """Each bit made to hang on all others: the finaliser of MurmurHash3 (Appleby 2011, public domain)."""
    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values = values ^ (values >> np.uint32(13))
    values = values * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
