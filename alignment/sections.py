"""Cut two long texts into short sections that can be aligned apart, at places that are beyond doubt.

Pairs of sentences that are each other's nearest in the whole texts are chained in order (heaviest increasing
subsequence); where several follow each other closely, the texts are cut between two of them. A passage that one text
lacks has no such pairs and so stays in one section. For very long texts the search for nearest sentences is narrowed
by a first pass over runs of sentences, which keeps time and memory near linear.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alignment.embedding import Vectors, unit

DIRECT = 120_000_000  # cells of the table of all likenesses up to which it is searched whole
ROWS = 512
SHORT, LONG = 30, 120  # source sentences of a section, wherever the text lets us choose
LARGE = 500_000  # cells of a section above which a less certain cut is better than none

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Chain:
    """Pairs of sentences taken for translations, in order on both sides, with the cosine of each."""

    source: Ints
    target: Ints
    cosines: NDArray[np.float64]


def chain(source: Vectors, target: Vectors) -> Chain:
    """Mutually nearest sentences that do not cross; vectors are unit vectors, one row a sentence."""
    x, y = (unit(side - side.mean(0)) for side in (source, target))
    if len(source) * len(target) <= DIRECT:
        windows = [(0, len(target))] * (len(source) // ROWS + 1)
    else:
        windows = _windows(x, y)
    return _increasing(*_mutual(x, y, windows))


def cuts(found: Chain, shape: tuple[int, int]) -> list[tuple[int, int]]:
    """Points (source, target) at which texts of this ``shape`` may be cut, from (0, 0) to the ends."""
    n, m = shape
    i, j, cosines = found.source, found.target, found.cosines
    next_to = np.zeros(len(i), bool)
    next_to[1:] = (np.diff(i) == 1) & (np.diff(j) == 1)
    # A cut is as safe as the weaker of the two pairs beside it, if the pairs around it run in step.
    support = _support(i, j)
    safe = np.zeros(len(i))
    safe[1:] = np.minimum(cosines[1:], cosines[:-1])
    safe = np.where(next_to & (support >= 6), safe, 0)
    out = [(0, 0)]
    k = 0
    while k < len(i):
        first, last = bisect_left(i, out[-1][0] + SHORT), bisect_left(i, out[-1][0] + LONG)
        while last < len(i) and not (safe[first:last] > 0).any():
            last = bisect_left(i, i[last] + SHORT)
        if first >= len(i) or not (safe[first:last] > 0).any():
            break
        k = first + int(np.argmax(safe[first:last]))
        if n - i[k] < SHORT / 2:
            break
        out.append((int(i[k]), int(j[k])))
    out.append((n, m))
    return _bounded(out, found)


def _bounded(points: list[tuple[int, int]], found: Chain) -> list[tuple[int, int]]:
    """The points with more between those that span too much, at the best pair near the middle or else in proportion."""
    out = [points[0]]
    todo = points[:0:-1]
    while todo:
        (i0, j0), (i1, j1) = out[-1], todo[-1]
        if (i1 - i0) * (j1 - j0) <= LARGE or min(i1 - i0, j1 - j0) < 2:
            out.append(todo.pop())
            continue
        inside = np.flatnonzero(
            (found.source > i0) & (found.source < i1) & (found.target > j0) & (found.target < j1)
        )
        if len(inside):
            off = np.abs(found.source[inside] - (i0 + i1) / 2) / (i1 - i0)
            best = inside[int(np.argmax(found.cosines[inside] - off))]
            todo.append((int(found.source[best]), int(found.target[best])))
        else:
            todo.append(((i0 + i1) // 2, (j0 + j1) // 2))
    return out


def _support(i: Ints, j: Ints) -> Ints:
    """For each pair how many of the five before and the five after keep in step with it."""
    out = np.zeros(len(i), np.intp)
    for k in range(1, 6):
        close = (i[k:] - i[:-k] <= 3 * k) & (np.abs((i[k:] - i[:-k]) - (j[k:] - j[:-k])) <= 3)
        out[k:] += close
        out[:-k] += close
    return out


def _windows(source: Vectors, target: Vectors) -> list[tuple[int, int]]:
    """For each block of source sentences the target sentences among which to look, from a chain of pooled runs."""
    pool = int(np.ceil(np.sqrt(len(source) * len(target) / (DIRECT / 12))))
    runs = [np.arange(0, len(side), pool) for side in (source, target)]
    coarse = chain(
        unit(np.add.reduceat(source, runs[0], axis=0)),
        unit(np.add.reduceat(target, runs[1], axis=0)),
    )
    i = np.concatenate([[0], coarse.source * pool, [len(source)]])
    j = np.concatenate([[0], coarse.target * pool, [len(target)]])
    out = []
    for begin in range(0, len(source) + 1, ROWS):
        # Two pairs further than the block on either side, so that one wrong pair does not lead astray.
        low = max(0, int(np.searchsorted(i, begin, "right")) - 3)
        high = min(len(i) - 1, int(np.searchsorted(i, begin + ROWS)) + 2)
        out.append((max(0, int(j[low]) - 4 * pool), min(len(target), int(j[high]) + 4 * pool)))
    return out


def _mutual(
    source: Vectors, target: Vectors, windows: Sequence[tuple[int, int]]
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Pairs in which each is the other's nearest, in the order of the source."""
    best_target = np.zeros(len(source), np.intp)
    best_source = np.zeros(len(target), np.intp)
    column_best = np.full(len(target), -2, np.float32)
    row_best = np.zeros(len(source), np.float32)
    for block, (low, high) in enumerate(windows):
        rows = slice(block * ROWS, min(len(source), (block + 1) * ROWS))
        if rows.start >= rows.stop or low >= high:
            continue
        likeness = source[rows] @ target[low:high].T
        nearest = likeness.argmax(1)
        best_target[rows] = nearest + low
        row_best[rows] = likeness[np.arange(len(nearest)), nearest]
        top = likeness.argmax(0)
        value = likeness[top, np.arange(high - low)]
        better = np.flatnonzero(value > column_best[low:high])
        column_best[low + better] = value[better]
        best_source[low + better] = top[better] + rows.start
    i = np.flatnonzero((best_source[best_target] == np.arange(len(source))) & (row_best > 0))
    return i, best_target[i], row_best[i].astype(np.float64)


def _increasing(i: Ints, j: Ints, weight: NDArray[np.float64]) -> Chain:
    """The heaviest chain of pairs that increases on both sides (i is increasing already)."""
    # A Fenwick tree of the heaviest chain that ends at or before each target sentence.
    size = int(j.max(initial=0)) + 1
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    previous = np.full(len(i), -1, np.intp)
    best = (0.0, -1)
    for k in range(len(i)):
        at, top = int(j[k]), (0.0, -1)
        while at > 0:
            top = max(top, tree[at])
            at &= at - 1
        previous[k] = top[1]
        here = (top[0] + float(weight[k]), k)
        best = max(best, here)
        at = int(j[k]) + 1
        while at <= size:
            tree[at] = max(tree[at], here)
            at += at & -at
    keep: list[int] = []
    k = best[1]
    while k >= 0:
        keep.append(k)
        k = int(previous[k])
    kept = np.array(keep[::-1], np.intp)
    return Chain(i[kept], j[kept], weight[kept])
