"""Pair the sentences of two texts: monotonic beads of up to four by four sentences, with nulls on either side.

The texts are cut at places beyond doubt (sections.py); each section is a lattice of all its alignments (lattice.py),
weighed by likeness of vectors, length, numbers and names (scoring.py). A bead's score is its probability in that
lattice, calibrated: of beads with 0.9, nine in ten are exactly right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from alignment.embedding import Encoder
from alignment.lattice import NEVER, Lattice, Step
from alignment.scoring import Texts, fitted, lattice, read
from alignment.sections import Chain, chain, cuts
from alignment.signals import SIGNALS
from corpora.errors import AlignmentError

Scorer = Callable[[Sequence[tuple[str, str]]], Sequence[float]]

TYPICAL_LIKENESS, TYPICAL_RATIO, PRIOR = 0.5, 1.1, 8
UNSURE = 0.02  # probability that a bead needs to be shown to the caller's scorer


@dataclass(frozen=True, slots=True)
class Bead:
    """Source sentences and the target sentences that translate them, by index; either side may be empty.

    ``score`` is the probability that the bead is exactly right.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Report:
    """Where a person should look: doubtful beads, and runs of sentences without a counterpart.

    ``runs`` are (side, first sentence, one past the last), side being "source" or "target".
    """

    doubtful: tuple[Bead, ...]
    runs: tuple[tuple[str, int, int], ...]


def align(
    source: Sequence[str],
    target: Sequence[str],
    *,
    encoder: Encoder,
    source_lang: str = "tr",
    target_lang: str = "en",
    anchors: Sequence[Bead | tuple[int, int]] = (),
    scorer: Scorer | None = None,
    signals: Sequence[str] = SIGNALS,
) -> list[Bead]:
    """Align two texts given as sentences; every sentence is in exactly one bead, in order on both sides.

    ``anchors`` are beads that are certain (a pair of numbers stands for one sentence each): they come back as they are,
    with score 1, and the rest is aligned around them. A one-sided one says that its sentences have no counterpart.
    ``scorer`` is given (source, target) texts in doubt and returns what a translation model thinks of them, as
    log-probability per token. ``signals`` are those to use, of "vectors", "length", "numbers", "names".

    Raises AlignmentError for anchors that cross, overlap or are out of range, for unknown signals, and when either
    text has no sentence.
    """
    if not source or not target:
        raise AlignmentError("one of the two texts has no sentence, so there is nothing to align")
    if unknown := set(signals) - set(SIGNALS):
        raise AlignmentError(f"no signal called {min(unknown)}; known are {', '.join(SIGNALS)}")
    if not signals:
        raise AlignmentError("no signal to align by: name at least one")
    fixed = _checked(anchors, len(source), len(target))
    # Both directions are solved in one orientation, so that swapping the texts mirrors the beads.
    if (target_lang, tuple(target)) < (source_lang, tuple(source)):
        return [
            Bead(b.target, b.source, b.score)
            for b in align(
                target,
                source,
                encoder=encoder,
                source_lang=target_lang,
                target_lang=source_lang,
                anchors=[Bead(b.target, b.source, 1.0) for b in fixed],
                scorer=scorer and _mirrored(scorer),
                signals=signals,
            )
        ]
    order = tuple(s for s in SIGNALS if s in signals)
    texts = read(source, target, encoder, (source_lang, target_lang), order)
    weights = fitted()[" ".join(order)]
    out: list[Bead] = []
    for part in _parts(fixed, len(source), len(target)):
        if isinstance(part, Bead):
            out.append(part)
            continue
        within, points = survey(texts, part)
        for (i0, j0), (i1, j1) in pairwise(points):
            rows, columns = slice(i0, i1), slice(j0, j1)
            lone = [b for b in fixed if not (b.source and b.target)]
            graph = _forbid(lattice(within, rows, columns, weights), rows, columns, lone)
            if scorer:
                graph = _judged(graph, rows, columns, source, target, scorer)
            out += _solved(graph, i0, j0)
    return [_certain(b, fixed) for b in out]


def report(beads: Sequence[Bead], below: float = 0.5, run: int = 3) -> Report:
    """Beads that score under ``below`` and runs of at least ``run`` left-out sentences."""
    runs: list[tuple[str, int, int]] = []
    for name in ("source", "target"):
        begin = end = -1
        for bead in [*beads, Bead((-1,), (-1,), 0.0)]:
            here: tuple[int, ...] = getattr(bead, name)
            if here and not (bead.source and bead.target):
                begin, end = (begin if begin >= 0 else here[0]), here[-1] + 1
            elif here:
                if end - begin >= run:
                    runs.append((name, begin, end))
                begin = end = -1
    return Report(tuple(b for b in beads if b.score < below), tuple(runs))


def survey(texts: Texts, part: tuple[slice, slice]) -> tuple[Texts, list[tuple[int, int]]]:
    """The texts with their own length ratio and likeness of translations, and the points at which to cut the part."""
    rows, columns = part
    x, y = texts.source.spans[0][rows], texts.target.spans[0][columns]
    found = (
        chain(x, y)
        if len(x) and len(y)
        else Chain(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
    )
    if len(found.source):
        x, y = x[found.source], y[found.target]
        lengths = (
            texts.source.lengths[rows][found.source],
            texts.target.lengths[columns][found.target],
        )
        background = (x @ texts.target.mean + y @ texts.source.mean) / 2
        typical = float(np.median(np.einsum("nd,nd->n", x, y) - background))
        ratio = float(np.median(np.log((lengths[1] + 1) / (lengths[0] + 1))))
        trust = len(x) / (len(x) + PRIOR)
        likeness = max(0.15, trust * typical + (1 - trust) * TYPICAL_LIKENESS)
        ratio = math.exp(trust * ratio + (1 - trust) * math.log(TYPICAL_RATIO))
        texts = replace(texts, likeness=likeness, ratio=ratio)
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    return texts, [(i + rows.start, j + columns.start) for i, j in cuts(found, shape)]


def calibrated(probability: float, kind: str) -> float:
    """The share of beads of this probability that are exactly right; ``kind`` is "bead" or "skip"."""
    curve = fitted()["calibration"]
    p = min(max(probability, 1e-6), 1 - 1e-6)
    logit = curve[f"{kind}-slope"] * math.log(p / (1 - p)) + curve[f"{kind}-offset"]
    return round(1 / (1 + math.exp(-logit)), 4)


def _solved(graph: Lattice, i0: int, j0: int) -> list[Bead]:
    likely = graph.probabilities()
    out = []
    for a, i, b, j in graph.best():
        if a < i and b < j:
            score = calibrated(float(likely.beads[i, i - a - 1, j, j - b - 1]), "bead")
        else:
            score = calibrated(float(likely.skips[0][a] if a < i else likely.skips[1][b]), "skip")
        out.append(Bead(tuple(range(i0 + a, i0 + i)), tuple(range(j0 + b, j0 + j)), score))
    return out


def _judged(
    graph: Lattice,
    rows: slice,
    columns: slice,
    source: Sequence[str],
    target: Sequence[str],
    scorer: Scorer,
) -> Lattice:
    """The lattice with the caller's opinion added to all beads that are neither sure nor out of the question."""
    likely = graph.probabilities().beads
    steps: list[Step] = [
        (int(i - a - 1), int(i), int(j - b - 1), int(j))
        for i, a, j, b in np.argwhere((likely > UNSURE) & (likely < 1 - UNSURE))
    ]
    if not steps:
        return graph
    texts = [
        (
            " ".join(source[rows.start + i0 : rows.start + i1]),
            " ".join(target[columns.start + j0 : columns.start + j1]),
        )
        for i0, i1, j0, j1 in steps
    ]
    said = np.array(scorer(texts), float)
    # What counts is how an opinion differs from the usual one here; the usual one is that on the likelier beads.
    trust = np.array([likely[i1, i1 - i0 - 1, j1, j1 - j0 - 1] for i0, i1, j0, j1 in steps])
    gain = fitted()["calibration"]["translation"] * (
        said - float((said * trust).sum() / trust.sum())
    )
    beads = graph.beads.copy()
    for (i0, i1, j0, j1), extra in zip(steps, gain.tolist(), strict=True):
        beads[i1, i1 - i0 - 1, j1, j1 - j0 - 1] += extra * (i1 - i0 + j1 - j0) / 2
    return replace(graph, beads=beads)


def _checked(anchors: Sequence[Bead | tuple[int, int]], n: int, m: int) -> list[Bead]:
    """The anchors as beads with score 1, in order."""
    beads = [
        Bead(a.source, a.target, 1.0) if isinstance(a, Bead) else Bead((a[0],), (a[1],), 1.0)
        for a in anchors
    ]
    for bead in beads:
        for here, size in ((bead.source, n), (bead.target, m)):
            if here and (here[0] < 0 or here[-1] >= size or here[-1] - here[0] + 1 != len(here)):
                raise AlignmentError(
                    f"anchor {bead.source}–{bead.target} is not a run inside the texts"
                )
    two_sided = sorted((b for b in beads if b.source and b.target), key=lambda b: b.source)
    for before, after in pairwise(two_sided):
        if before.source[-1] >= after.source[0] or before.target[-1] >= after.target[0]:
            raise AlignmentError(
                f"anchors {before.source}–{before.target} and {after.source}–{after.target} overlap or cross"
            )
    for side in ("source", "target"):
        covered = [i for b in beads for i in getattr(b, side)]
        if len(set(covered)) < len(covered):
            raise AlignmentError(f"a {side} sentence stands in two anchors; leave one of them out")
    return two_sided + [b for b in beads if not (b.source and b.target)]


def _parts(fixed: Sequence[Bead], n: int, m: int) -> Iterator[Bead | tuple[slice, slice]]:
    """The two-sided anchors and what lies between them, in order."""
    i = j = 0
    ends = Bead((n,), (m,), 1.0)
    for bead in [*(b for b in fixed if b.source and b.target), ends]:
        if i < bead.source[0] or j < bead.target[0]:
            yield slice(i, bead.source[0]), slice(j, bead.target[0])
        if bead is not ends:
            yield bead
            i, j = bead.source[-1] + 1, bead.target[-1] + 1


def _forbid(graph: Lattice, rows: slice, columns: slice, lone: Sequence[Bead]) -> Lattice:
    """The lattice without the beads that hold a sentence known to have no counterpart."""
    if not lone:
        return graph
    beads = graph.beads.copy()
    for bead in lone:
        for k in (i - rows.start for i in bead.source if rows.start <= i < rows.stop):
            for a in range(beads.shape[1]):
                beads[k + 1 : k + a + 2, a] = NEVER
        for k in (j - columns.start for j in bead.target if columns.start <= j < columns.stop):
            for b in range(beads.shape[3]):
                beads[:, :, k + 1 : k + b + 2, b] = NEVER
    return replace(graph, beads=beads)


def _certain(bead: Bead, fixed: Sequence[Bead]) -> Bead:
    """The bead, with score 1 where an anchor says the same."""
    same = any(
        set(bead.source) <= set(b.source) and set(bead.target) <= set(b.target) for b in fixed
    )
    return replace(bead, score=1.0) if same else bead


def _mirrored(scorer: Scorer) -> Scorer:
    return lambda pairs: scorer([(b, a) for a, b in pairs])
