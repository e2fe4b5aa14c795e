"""How well a few source and a few target sentences fit each other: the features of a bead and what they weigh.

The weights are those of a conditional random field (lattice.py), fitted by benchmarks/fit_alignment.py on our own news
and on cut-up parallel texts, anew for every set of signals, so that leaving a signal out leaves the rest in balance.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.embedding import AdditiveEncoder, Encoder, Vectors, unit
from alignment.lattice import MOST, NEVER, Floats, Lattice
from alignment.signals import SIGNALS, TOKENS, Shared, incidence

WEIGHTS = Path(__file__).parent / "bundled" / "beads.json"

SHAPES = tuple((a, b) for a in range(1, MOST + 1) for b in range(1, MOST + 1))
SKIPS = ("open", "extend", "skip-length")


@dataclass(frozen=True, slots=True)
class Side:
    """One text: its sentences' lengths in characters and the unit vectors of all runs of 1–4 sentences.

    ``spans[k]`` holds the runs of k+1 sentences by their first sentence. ``mean`` is the mean of the single sentences'
    vectors, the background against which a likeness counts.
    """

    lengths: Floats
    spans: tuple[Vectors, ...]
    mean: Vectors

    @classmethod
    def of(cls, sentences: Sequence[str], encoder: Encoder, lang: str) -> Side:
        """Measure a text."""
        lengths = np.array([len(s) for s in sentences], float)
        spans: list[Vectors] = []
        if isinstance(encoder, AdditiveEncoder):
            single = encoder.sums(sentences, lang)
            total = single
            for k in range(MOST):
                total = total[:-1] + single[k:] if k else single
                spans.append(unit(total))
        else:
            for k in range(MOST):
                runs = [" ".join(sentences[i : i + k + 1]) for i in range(len(sentences) - k)]
                width = spans[0].shape[1] if spans else 0
                empty = np.zeros((0, width), np.float32)
                spans.append(unit(encoder.encode(runs, lang)) if runs else empty)
        return cls(lengths, tuple(spans), spans[0].sum(0) / max(1, len(lengths)))


@dataclass(frozen=True, slots=True)
class Texts:
    """Two texts to be aligned, with everything that the features of a bead are made from.

    ``ratio`` is target characters per source character and ``likeness`` how much more than chance the vectors of
    translations of this text have in common; both are estimated from the text's own safe pairs (sections.py).
    """

    source: Side
    target: Side
    shared: Mapping[str, Shared]
    signals: tuple[str, ...] = SIGNALS
    ratio: float = 1.1
    likeness: float = 0.5
    translation: Mapping[tuple[int, int, int, int], float] = field(default_factory=dict)


def read(
    source: Sequence[str],
    target: Sequence[str],
    encoder: Encoder,
    langs: tuple[str, str],
    signals: Sequence[str] = SIGNALS,
) -> Texts:
    """Measure two texts."""
    shared = {k: incidence(TOKENS[k](source), TOKENS[k](target)) for k in TOKENS if k in signals}
    return Texts(
        Side.of(source, encoder, langs[0]),
        Side.of(target, encoder, langs[1]),
        shared,
        tuple(signals),
    )


def feature_names(signals: Sequence[str]) -> tuple[str, ...]:
    """The features of a bead, in the order of ``bead_features``."""
    names = [f"{a}-{b}" for a, b in SHAPES if a <= b and (a, b) != (1, 1)]
    if "vectors" in signals:
        names += ["likeness", "likeness-squared", "likeness-long", "weakest"]
    if "length" in signals:
        names += ["length", "length-ratio"]
    for token in TOKENS:
        if token in signals:
            names += [token, f"{token}-missing"]
    return ("1-1", *names)


def bead_features(texts: Texts, rows: slice, columns: slice) -> Iterator[tuple[int, int, Floats]]:
    """For each shape (a, b) the features (k, n-a+1, m-b+1) of the beads by their first sentences in a section."""
    names = feature_names(texts.signals)
    n, m = rows.stop - rows.start, columns.stop - columns.start
    like = _likeness(texts, rows, columns) if "vectors" in texts.signals else {}
    lengths = [
        np.concatenate([[0], np.cumsum(side.lengths[part])])
        for side, part in ((texts.source, rows), (texts.target, columns))
    ]
    tokens = {k: _Blocks(shared, rows, columns) for k, shared in texts.shared.items()}
    for a, b in SHAPES:
        if a > n or b > m:
            continue
        here: dict[str, Floats | float] = dict.fromkeys(names, 0.0)
        here[f"{min(a, b)}-{max(a, b)}"] = 1.0
        chars = [(lengths[0][a:] - lengths[0][:-a])[:, None], lengths[1][b:] - lengths[1][:-b]]
        expected = chars[0] * texts.ratio
        if like:
            v, half = like[a, b], (a + b) / 2
            here["likeness"] = half * v
            here["likeness-squared"] = half * v * np.abs(v)
            here["likeness-long"] = half * v * np.minimum((expected + chars[1]) / 200, 1)
            here["weakest"] = _weakest(like, a, b)
        if "length" in texts.signals:
            off = (expected - chars[1]) ** 2 / (3.4 * (expected + chars[1]) + 1e-9)
            here["length"] = np.minimum(off, 25) / 5
            here["length-ratio"] = np.abs(np.log((expected + 8) / (chars[1] + 8)))
        for token, blocks in tokens.items():
            both, missing = blocks.of(a, b)
            here[token], here[f"{token}-missing"] = both, missing
        shape = (n - a + 1, m - b + 1)
        yield a, b, np.stack([np.broadcast_to(here[name], shape) for name in names])


def skip_features(lengths: Floats) -> Floats:
    """The features of leaving sentences out (opening, extending, log length), shape (n, 2, 3): first of a run or not."""
    out = np.zeros((len(lengths), 2, 3))
    out[:, 0, 0] = out[:, 1, 1] = 1
    out[:, :, 2] = np.log((lengths + 8) / 80)[:, None]
    return out


def lattice(texts: Texts, rows: slice, columns: slice, weights: Mapping[str, float]) -> Lattice:
    """The weighted lattice of one section."""
    bead_weights = np.array([weights[name] for name in feature_names(texts.signals)])
    n, m = rows.stop - rows.start, columns.stop - columns.start
    beads = np.full((n + 1, MOST, m + 1, MOST), NEVER)
    for a, b, features in bead_features(texts, rows, columns):
        beads[a:, a - 1, b:, b - 1] = np.tensordot(bead_weights, features, 1)
    for (i0, i1, j0, j1), weight in texts.translation.items():
        if rows.start <= i0 and i1 <= rows.stop and columns.start <= j0 and j1 <= columns.stop:
            at = (i1 - rows.start, i1 - i0 - 1, j1 - columns.start, j1 - j0 - 1)
            beads[at] += weight * (i1 - i0 + j1 - j0) / 2
    skips = [
        skip_features(side.lengths[part]) @ np.array([weights[name] for name in SKIPS])
        for side, part in ((texts.source, rows), (texts.target, columns))
    ]
    return Lattice(beads, (skips[0][:, 0], skips[1][:, 0]), (skips[0][:, 1], skips[1][:, 1]))


@cache
def fitted() -> dict[str, dict[str, float]]:
    """The fitted weights by set of signals ("vectors length numbers names"), and the calibration under "calibration"."""
    found: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return found


def _likeness(texts: Texts, rows: slice, columns: slice) -> dict[tuple[int, int], Floats]:
    """Cosine of each pair of spans above what both have in common with the other text as a whole."""
    left, right = (
        [spans[k][part.start : max(part.start, part.stop - k)] for k in range(MOST)]
        for spans, part in ((texts.source.spans, rows), (texts.target.spans, columns))
    )
    x, y = np.concatenate(left), np.concatenate(right)
    background = (x @ texts.target.mean)[:, None] + y @ texts.source.mean
    table = (x @ y.T - background / 2) / np.float32(texts.likeness)
    down, across = (np.cumsum([0, *map(len, parts)]) for parts in (left, right))
    return {
        (a, b): table[down[a - 1] : down[a], across[b - 1] : across[b]].astype(np.float64)
        for a, b in SHAPES
    }


def _weakest(like: Mapping[tuple[int, int], Floats], a: int, b: int) -> Floats | float:
    """How much the outermost sentence that fits least has in common with the whole other side."""
    edges: list[NDArray[np.float64]] = []
    n, m = like[a, b].shape
    if a > 1:
        edges += [like[1, b][:n], like[1, b][a - 1 :]]
    if b > 1:
        edges += [like[a, 1][:, :m], like[a, 1][:, b - 1 :]]
    return np.minimum.reduce(edges) if edges else 0.0


class _Blocks:
    """Shared tokens of every block of sentences, from sums over the table of single sentences."""

    def __init__(self, shared: Shared, rows: slice, columns: slice) -> None:
        table, left, right = shared.part(rows, columns)
        self._table = np.zeros((table.shape[0] + 1, table.shape[1] + 1))
        self._table[1:, 1:] = table.cumsum(0).cumsum(1)
        self._left = np.concatenate([[0], np.cumsum(left)])
        self._right = np.concatenate([[0], np.cumsum(right)])

    def of(self, a: int, b: int) -> tuple[Floats, Floats]:
        """Weight that blocks of a and b sentences share, and weight that only one of the two has."""
        t = self._table
        has = (self._left[a:] - self._left[:-a])[:, None], self._right[b:] - self._right[:-b]
        both = t[a:, b:] - t[:-a, b:] - t[a:, :-b] + t[:-a, :-b]
        both = np.minimum(both, np.minimum(*has))
        return np.minimum(both, 3), np.minimum(has[0] + has[1] - 2 * both, 4)
