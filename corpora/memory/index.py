"""Translation memory: many pairs, looked up by a source text that need not be quite the same.

Candidates for a fuzzy match come from postings: for each stem (the first letters of a folded word, which Turkish
suffixes leave alone) the numbers of the units that hold it. The rarest stems of the text looked up vote first, and
only the units with most votes are compared letter by letter.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from threading import RLock

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corpora.bitext import Pair
from corpora.memory.matching import Kind, Match, masked, match, normal

MINIMUM = 60  # percent; below it a suggestion takes longer to mend than to replace
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 5  # letters
# Entries of postings that may vote, and units compared letter by letter: bounds on the time of a look-up.
_VOTES = 400_000
_CANDIDATES = 400

Ids = NDArray[np.intp]


class Memory:
    """Pairs in memory; adding one costs microseconds, and the next look-up sees it. Safe to share between threads."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        """Remember ``pairs``; neighbours that come from the same document are each other's context."""
        self._lock = RLock()
        self._units: list[Pair | None] = []
        self._context: list[tuple[int, int] | None] = []
        self._exact: dict[str, list[int]] = {}
        self._postings: defaultdict[str, array[int]] = defaultdict(_postings)
        self._lengths = array("i")
        self._live = 0
        for pair, before, after in _with_neighbours(pairs):
            self.add(pair, before, after)

    def __len__(self) -> int:
        """Number of pairs remembered."""
        return self._live

    def add(self, pair: Pair, before: str | None = None, after: str | None = None) -> int:
        """Remember ``pair``; returns its number, for `remove`.

        ``before`` and ``after`` are the sources that stood around it ("" at the edge of a document, None: unknown).
        """
        with self._lock:
            number = len(self._units)
            self._units.append(pair)
            self._context.append(_context(before, after))
            self._exact.setdefault(normal(pair.source), []).append(number)
            text = masked(pair.source)
            self._lengths.append(len(text))
            for stem in _stems(text):
                self._postings[stem].append(number)
            self._live += 1
            return number

    def remove(self, number: int) -> None:
        """Forget the pair with that number; a number that is not there is no fault."""
        with self._lock:
            pair = self._units[number] if number < len(self._units) else None
            if pair is None:
                return
            # The postings keep the number, which leads nowhere now.
            self._units[number] = self._context[number] = None
            key = normal(pair.source)
            self._exact[key].remove(number)
            if not self._exact[key]:
                del self._exact[key]
            self._live -= 1

    def look_up(
        self,
        source: str,
        *,
        before: str | None = None,
        after: str | None = None,
        minimum: int = MINIMUM,
        limit: int = 5,
    ) -> list[Match]:
        """Up to ``limit`` matches of at least ``minimum`` percent: context, exact, then fuzzy; the later added first.

        ``before`` and ``after`` are the neighbours of ``source``, as in `add`. Each translation comes once.
        """
        with self._lock:
            matches = self.same(source, before=before, after=after)
            if len(matches) < limit and minimum < 100:
                pairs = [p for n in self._alike(source, minimum) if (p := self._units[n])]
                found = (match(pair, source, "fuzzy") for pair in pairs)
                matches += sorted(
                    (m for m in found if m.percent >= minimum), key=lambda m: -m.percent
                )
        unique: dict[object, Match] = {}
        for m in matches:
            unique.setdefault((m.pair.source, m.target) if m.kind == "fuzzy" else m.target, m)
        return list(unique.values())[:limit]

    def same(
        self, source: str, *, before: str | None = None, after: str | None = None
    ) -> list[Match]:
        """The context and exact matches alone, which cost next to nothing."""
        context = _context(before, after)
        with self._lock:
            numbers = reversed(self._exact.get(normal(source), []))
            made: list[Match] = []
            for number in numbers:
                kind: Kind = "context" if context and self._context[number] == context else "exact"
                if pair := self._units[number]:
                    made.append(match(pair, source, kind))
        return sorted(made, key=lambda m: m.kind != "context")

    def _alike(self, source: str, minimum: int) -> list[int]:
        """Numbers of units whose masked source is alike, the best first, without those that are the same."""
        text = masked(source)
        candidates = self._candidates(text, minimum)
        same = set(self._exact.get(normal(source), ()))
        units = [(n, p) for n in candidates.tolist() if (p := self._units[n]) and n not in same]
        found = process.extract(
            text,
            [masked(pair.source) for _, pair in units],
            processor=None,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=minimum / 100,
            limit=20,
        )
        # Of equally good ones the later added.
        return [n for _, n in sorted(((s, units[k][0]) for _, s, k in found), reverse=True)]

    def _candidates(self, text: str, minimum: int) -> Ids:
        """The units that share most with ``text``, by the weight of the stems that both have."""
        size = len(self._units)
        postings = sorted((p for stem in _stems(text) if (p := self._postings.get(stem))), key=len)
        votes = np.zeros(size, np.float32)
        total = 0
        for number, posting in enumerate(postings):
            total += len(posting)
            if total > _VOTES and number > 1:
                break
            votes[np.frombuffer(posting, np.int32)] += np.float32(np.log1p(size / len(posting)))
        # Texts whose lengths differ by more than the edits allowed cannot be alike enough.
        share = minimum / 100
        ids = np.flatnonzero(votes)
        lengths = np.frombuffer(self._lengths, np.int32)[ids]
        fits = (lengths >= share * len(text)) & (lengths * share <= len(text))
        ids, lengths = ids[fits], lengths[fits]
        if len(ids) <= _CANDIDATES:
            return ids
        worth = votes[ids] / np.maximum(lengths, len(text))
        return ids[np.argpartition(-worth, _CANDIDATES)[:_CANDIDATES]]


def _postings() -> array[int]:
    return array("i")


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text)}


def _context(before: str | None, after: str | None) -> tuple[int, int] | None:
    if before is None or after is None:
        return None
    return hash(normal(before)), hash(normal(after))


def _with_neighbours(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, str | None, str | None]]:
    """Each pair with the sources of those before and after it in the same document."""
    before: str | None = None
    current: Pair | None = None
    for following in pairs:
        if current is not None:
            joined = bool(current.document) and current.document == following.document
            edge = "" if current.document else None
            yield current, before, following.source if joined else edge
            before = current.source if joined else ("" if following.document else None)
        else:
            before = "" if following.document else None
        current = following
    if current is not None:
        yield current, before, "" if current.document else None
