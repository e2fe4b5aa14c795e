"""Pair quotes across languages: within a translation, and between independent reports of one event.

Every pair of quotes is given a probability by a few weights, fitted by ``benchmarks/quote_pairs.py``; the pairs are then
chosen one to one so that they are together the most probable. What stays alone is kept as a pair with an empty side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alignment.embedding import Encoder
from alignment.quotes.evidence import (
    Evidence,
    Langs,
    Side,
    compare,
    likenesses,
    shared_names,
    shared_numbers,
)
from alignment.quotes.finder import find
from alignment.quotes.likeness import speakers
from alignment.quotes.matching import best_pairs
from alignment.quotes.quote import Quote
from alignment.sentences import Bead
from corpora.document import Document

Floats = NDArray[np.float64]

REACH = 1  # beads between two quotes that may still be a pair: what a bead misses stands in its neighbour
CROWD = 400  # quotes that are weighed together at most, where a text is dense with them
ALONE = 0.5  # probability under which two quotes stay alone

# Fitted on the development part of the gold news corpus, on quotes found and beads made automatically:
# python -m benchmarks.fit_quote_pairs
ALIGNED: Mapping[str, float] = {
    "one": -2.74,
    "best": 1.23,
    "margin": 5.16,
    "same speaker": 1.45,
    "other speaker": -0.65,
    "other group": -3.68,
    "number clash": -0.5,
    "names": 0.43,
    "length": -2.06,
    "overlap": 3.07,
    "order": -4.51,
}
# Fitted on tests/data/comparable: python -m benchmarks.fit_quote_pairs
COMPARABLE: Mapping[str, float] = {
    "one": -3.8,
    "likeness": 2.2,
    "best": 2.14,
    "margin": 3.27,
    "same speaker": 2.17,
    "other speaker": -1.41,
    "other group": -0.62,
    "numbers": 0.76,
    "number clash": -0.1,
}


@dataclass(frozen=True, slots=True)
class QuotePair:
    """A statement in both languages; a side is None where the other text does not have it.

    ``score`` is the probability that the pair is right, 0 for a quote that stayed alone; ``evidence`` is None there.
    """

    source: Quote | None
    target: Quote | None
    score: float
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """A quote of an English report that may be the original wording of a translated one.

    ``source`` is the report's source, ``score`` the probability that it is the same statement.
    """

    quote: Quote
    source: str
    score: float
    evidence: Evidence


def pair(
    source_quotes: Sequence[Quote],
    target_quotes: Sequence[Quote],
    beads: Sequence[Bead],
    source: Document,
    target: Document,
    *,
    encoder: Encoder,
) -> list[QuotePair]:
    """Pair the quotes of a text and of its translation along their sentence beads.

    ``beads`` hold indices into the documents' ``sentences()``. Pairs come in the order of the source, quotes of the
    target that stayed alone after the pairs they follow; every quote is in exactly one.
    """
    langs = source.lang, target.lang
    chosen: dict[int, Choice] = {}
    for rows, columns, table, places in neighbourhoods(
        source_quotes, target_quotes, beads, source, target, encoder
    ):
        chances = np.zeros(table.shape)
        for cell, place in places.items():
            chances[cell] = probability(ALIGNED, table.features(*cell) | place.features())
        for k, m in best_pairs(_odds(chances, ALONE)):
            chosen[rows[k]] = Choice(columns[m], float(chances[k, m]), places[k, m].apart)
    return _listed(source_quotes, target_quotes, chosen, langs, encoder)


def comparable(
    source_quotes: Sequence[Quote],
    target_quotes: Sequence[Quote],
    source: Document,
    target: Document,
    *,
    encoder: Encoder,
    threshold: float = ALONE,
) -> list[QuotePair]:
    """Pair the quotes of two independent reports of one event, wherever they stand in them.

    Goes by meaning, speaker, numbers and names; kinds may differ (a direct quote in one, a paraphrase in the other).
    ``threshold`` is the probability under which quotes stay alone. Order of the pairs as for ``pair``.
    """
    table = Table(source_quotes, target_quotes, (source.lang, target.lang), encoder)
    chances = table.chances(COMPARABLE)
    chosen = {
        i: Choice(j, float(chances[i, j]), None) for i, j in best_pairs(_odds(chances, threshold))
    }
    return _listed(source_quotes, target_quotes, chosen, table.langs, encoder)


def originals(
    quotes: Sequence[Quote],
    document: Document,
    reports: Iterable[Document],
    *,
    encoder: Encoder,
    threshold: float = 0.25,
    most: int = 3,
) -> list[list[Original]]:
    """For each quote of ``document`` up to ``most`` quotes of English ``reports`` that may be its original wording.

    Only words between quotation marks are proposed: a paraphrase is nobody's wording. Best first, each with at least
    the probability ``threshold``; one list for each quote, empty where no report has it.
    """
    found: list[list[Original]] = [[] for _ in quotes]
    for report in reports:
        marked = [q for q in find(report) if q.kind != "indirect"]
        table = Table(quotes, marked, (document.lang, report.lang), encoder)
        chances = table.chances(COMPARABLE)
        for i, j in np.argwhere(chances >= threshold).tolist():
            evidence = compare(quotes[i], marked[j], table.langs, encoder)
            found[i].append(
                Original(marked[j], report.source, round(float(chances[i, j]), 4), evidence)
            )
    return [sorted(row, key=lambda original: -original.score)[:most] for row in found]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which target quote, how probable, and how many beads apart."""

    target: int
    chance: float
    apart: int | None


@dataclass(frozen=True)
class Table:
    """All pairs of two lists of quotes, and what can be said of each without knowing where they stand."""

    source: Sequence[Quote]
    target: Sequence[Quote]
    langs: Langs
    encoder: Encoder

    @property
    def shape(self) -> tuple[int, int]:
        """Number of quotes on either side."""
        return len(self.source), len(self.target)

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """Both sides, read."""
        return (
            Side.of(self.source, self.langs[0], self.encoder),
            Side.of(self.target, self.langs[1], self.encoder),
        )

    @cached_property
    def _likeness(self) -> tuple[Floats, Floats, Floats]:
        """Cosines as wholes, at best, and how far the best of a pair stands out among those of its row and column."""
        whole, best = (table.astype(np.float64) for table in likenesses(*self.sides))
        return whole, best, best - np.maximum(_others(best), _others(best.T).T)

    @cached_property
    def _speakers(self) -> dict[tuple[str | None, str | None], float | None]:
        names = {(a.speaker, b.speaker) for a in self.source for b in self.target}
        return {pair: speakers(*pair, self.langs, self.encoder) for pair in names}

    def features(self, i: int, j: int) -> dict[str, float]:
        """What speaks for and against quotes i and j being one statement."""
        a, b = self.source[i], self.target[j]
        whole, best, margin = (float(table[i, j]) for table in self._likeness)
        speaker = self._speakers[a.speaker, b.speaker]
        numbers, clash = shared_numbers(self.sides[0].numbers[i], self.sides[1].numbers[j])
        length = np.log((len(b.text) + 10) / (len(a.text) + 10))
        return {
            "one": 1.0,
            "likeness": whole,
            "best": best,
            "margin": margin,
            "same speaker": float(speaker == 1),
            "other speaker": float(speaker == 0),
            "other group": float((a.kind == "indirect") != (b.kind == "indirect")),
            "numbers": float(min(numbers, 2)),
            "number clash": float(clash),
            "names": float(min(shared_names(self.sides[0].names[i], self.sides[1].names[j]), 2)),
            "length": min(abs(float(length)), 1.5),
        }

    def chances(self, weights: Mapping[str, float]) -> Floats:
        """The probability of every pair, shape (n, m)."""
        out = np.zeros(self.shape)
        for i in range(self.shape[0]):
            for j in range(self.shape[1]):
                out[i, j] = probability(weights, self.features(i, j))
        return out


@dataclass(frozen=True, slots=True)
class Place:
    """Where two quotes stand in the aligned text: beads between them, share of beads in common, difference in order."""

    apart: int
    overlap: float
    order: float

    @classmethod
    def of(cls, a: range, b: range, order: float) -> Place:
        """From the beads of each quote."""
        both = max(0, min(a.stop, b.stop) - max(a.start, b.start))
        gap = max(0, max(a.start, b.start) - min(a.stop, b.stop) + 1)
        return cls(gap, both / (len(a) + len(b) - both), order)

    def features(self) -> dict[str, float]:
        """As weighed."""
        return {"overlap": self.overlap, "order": self.order}


def probability(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum."""
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return float(1 / (1 + np.exp(-np.clip(total, -40, 40))))


def _others(table: Floats) -> Floats:
    """For each cell the greatest other value of its row; 0 where it is the only one."""
    if table.shape[1] < 2:
        return np.zeros_like(table)
    order = np.sort(table, axis=1)
    top, second = order[:, -1:], order[:, -2:-1]
    return np.where(table == top, second, top)


def _beads_of(
    quotes: Sequence[Quote], document: Document, beads: Sequence[Bead], side: int
) -> list[range]:
    """The beads that each quote runs through; the bead before, where its sentences stand in none."""
    home: dict[int, int] = {}
    for number, bead in enumerate(beads):
        for sentence in (bead.source, bead.target)[side]:
            home[sentence] = number
    spans: dict[int, list[tuple[int, int, int]]] = {}
    sentence = 0
    for block_number, block in enumerate(document.blocks):
        spans[block_number] = [
            (segment.start, segment.end, sentence + k) for k, segment in enumerate(block.segments)
        ]
        sentence += len(block.segments)
    out = []
    for quote in quotes:
        inside = [
            home[number]
            for block, start, end in quote.spans
            for first, last, number in spans.get(block, ())
            if start < last and first < end and number in home
        ]
        out.append(range(min(inside), max(inside) + 1) if inside else range(0))
    return out


def _ranks(quotes: Sequence[Quote], spans: Sequence[range]) -> list[float]:
    """Where a quote stands among those of its group that begin in the same bead, 0 to 1."""
    groups: dict[tuple[int, bool], list[int]] = {}
    for k, (quote, span) in enumerate(zip(quotes, spans, strict=True)):
        groups.setdefault((span.start, quote.kind == "indirect"), []).append(k)
    out = [0.5] * len(quotes)
    for members in groups.values():
        for rank, k in enumerate(sorted(members, key=lambda k: quotes[k].spans[0])):
            out[k] = (rank + 0.5) / len(members)
    return out


def neighbourhoods(
    source_quotes: Sequence[Quote],
    target_quotes: Sequence[Quote],
    beads: Sequence[Bead],
    source: Document,
    target: Document,
    encoder: Encoder,
) -> Iterator[tuple[list[int], list[int], Table, dict[tuple[int, int], Place]]]:
    """Stretches of the texts between which no two quotes stand near enough to be a pair.

    Yields the numbers of the source and of the target quotes, their table, and how the cells near enough stand.
    """
    spans = (
        _beads_of(source_quotes, source, beads, 0),
        _beads_of(target_quotes, target, beads, 1),
    )
    ranks = _ranks(source_quotes, spans[0]), _ranks(target_quotes, spans[1])
    for rows, columns in _stretches(*spans):
        table = Table(
            [source_quotes[i] for i in rows],
            [target_quotes[j] for j in columns],
            (source.lang, target.lang),
            encoder,
        )
        places = {
            (k, m): Place.of(spans[0][i], spans[1][j], abs(ranks[0][i] - ranks[1][j]))
            for k, i in enumerate(rows)
            for m, j in enumerate(columns)
        }
        yield rows, columns, table, {at: p for at, p in places.items() if p.apart <= REACH}


def _stretches(
    source: Sequence[range], target: Sequence[range]
) -> Iterator[tuple[list[int], list[int]]]:
    """Source and target quotes, cut where the beads they run through are further apart than REACH."""
    spans = [
        (span.start, span.stop, side, k)
        for side in (0, 1)
        for k, span in enumerate((source, target)[side])
        if span
    ]
    group: tuple[list[int], list[int]] = ([], [])
    stop = 0
    for start, end, side, k in sorted(spans):
        crowded = len(group[0]) + len(group[1]) > CROWD and start >= stop
        if start > stop + REACH - 1 or crowded:
            if group[0] and group[1]:
                yield group
            group = ([], [])
        group[side].append(k)
        stop = max(stop, end)
    if group[0] and group[1]:
        yield group


def _odds(chances: Floats, threshold: float) -> Floats:
    """Log-odds against staying alone: what is less likely than the threshold never pays."""
    p = np.clip(chances, 1e-9, 1 - 1e-9)
    even = np.log(threshold / (1 - threshold))
    return np.asarray(np.log(p / (1 - p)) - even, np.float64)


def _listed(
    source: Sequence[Quote],
    target: Sequence[Quote],
    chosen: Mapping[int, Choice],
    langs: Langs,
    encoder: Encoder,
) -> list[QuotePair]:
    """The chosen pairs and the quotes that stay alone, in the order of the texts."""
    taken = {choice.target for choice in chosen.values()}
    alone = [j for j in range(len(target)) if j not in taken]
    out: list[QuotePair] = []
    for i, quote in enumerate(source):
        if i not in chosen:
            out.append(QuotePair(quote, None, 0.0))
            continue
        choice = chosen[i]
        while alone and alone[0] < choice.target:
            out.append(QuotePair(None, target[alone.pop(0)], 0.0))
        partner = target[choice.target]
        evidence = compare(quote, partner, langs, encoder, choice.apart)
        out.append(QuotePair(quote, partner, round(choice.chance, 4), evidence))
    return out + [QuotePair(None, target[j], 0.0) for j in alone]
