"""The lattice of all ways to cut two short texts into beads: best path and probabilities.

A conditional random field over monotonic paths. A path is a row of beads of 1–4 by 1–4 sentences and runs of sentences
left out on one side; a run costs more to open than to extend (Gotoh 1982), and a run on the source side comes before one
on the target side that meets it, so that every alignment is one path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST = 4  # sentences on one side of a bead
NEVER = -1e30

Step = tuple[int, int, int, int]  # source begin, source end, target begin, target end


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Of the steps of a lattice: ``beads`` in the shape of the lattice's, ``skips`` and, among them, those that open a
    run (``opened``) for each sentence of each side; ``total`` is the log of the sum over all paths."""

    beads: Floats
    skips: tuple[Floats, Floats]
    opened: tuple[Floats, Floats]
    total: float


@dataclass(frozen=True, slots=True)
class Lattice:
    """Log-weights of all steps over n source and m target sentences.

    ``beads[i, a, j, b]`` is the weight of the bead of a+1 source sentences that ends before source sentence i and
    b+1 target sentences that ends before target sentence j; shape (n+1, 4, m+1, 4). ``opens`` and ``extends`` hold
    for each side what leaving out a sentence weighs when it is the first of its run and when it is not.
    """

    beads: Floats
    opens: tuple[Floats, Floats]
    extends: tuple[Floats, Floats]

    def best(self) -> list[Step]:
        """The steps of the heaviest path, in order; left-out sentences come one by one."""
        bead, skip_source, skip_target = _forward(self, np.maximum, _highest)
        i, j = bead.shape[0] - 1, bead.shape[1] - 1
        opens, extends = self.opens, self.extends
        path: list[Step] = []
        state = int(np.argmax([bead[i, j], skip_source[i, j], skip_target[i, j]]))
        while i or j:
            if state == 0:
                any_state = np.maximum(np.maximum(bead, skip_source), skip_target)
                a, b = self._last_bead(any_state, i, j)
                path.append((i - a, i, j - b, j))
                i, j = i - a, j - b
                state = int(np.argmax([bead[i, j], skip_source[i, j], skip_target[i, j]]))
            elif state == 1:
                path.append((i - 1, i, j, j))
                i -= 1
                going_on = skip_source[i, j] + extends[0][i] > bead[i, j] + opens[0][i]
                state = 1 if going_on else 0
            else:
                path.append((i, i, j - 1, j))
                j -= 1
                opened = max(bead[i, j], skip_source[i, j]) + opens[1][j]
                if skip_target[i, j] + extends[1][j] <= opened:
                    state = int(np.argmax([bead[i, j], skip_source[i, j]]))
        return path[::-1]

    def _last_bead(self, any_state: Floats, i: int, j: int) -> tuple[int, int]:
        found, best = (1, 1), -np.inf
        for a in range(1, min(MOST, i) + 1):
            for b in range(1, min(MOST, j) + 1):
                weight = any_state[i - a, j - b] + self.beads[i, a - 1, j, b - 1]
                if weight > best:
                    found, best = (a, b), weight
        return found

    def probabilities(self) -> Probabilities:
        """How likely each step is among all paths."""
        bead, skip_source, skip_target = _forward(self, np.logaddexp, _log_sum)
        after_bead, after_source, after_target = _backward(self)
        before = np.logaddexp(np.logaddexp(bead, skip_source), skip_target)
        total = float(before[-1, -1])
        padded = np.full((before.shape[0] + MOST, before.shape[1] + MOST), NEVER)
        padded[MOST:, MOST:] = before
        windows = sliding_window_view(padded, (MOST, MOST))[:-1, :-1, ::-1, ::-1]
        shares = windows.transpose(0, 2, 1, 3) + self.beads
        shares += after_bead[:, None, :, None] - total
        opened = (
            bead[:-1] + self.opens[0][:, None] + after_source[1:] - total,
            np.logaddexp(bead, skip_source)[:, :-1] + self.opens[1] + after_target[:, 1:] - total,
        )
        return Probabilities(
            np.exp(np.minimum(shares, 0)),
            (
                np.exp(skip_source + after_source - total).sum(1)[1:],
                np.exp(skip_target + after_target - total).sum(0)[1:],
            ),
            (np.exp(opened[0]).sum(1), np.exp(opened[1]).sum(0)),
            total,
        )


def _highest(weights: Floats) -> Floats:
    found: Floats = weights.max((0, 2))
    return found


def _log_sum(weights: Floats) -> Floats:
    top = weights.max((0, 2))
    found: Floats = np.log(np.exp(weights - top[None, :, None]).sum((0, 2))) + top
    return found


def _forward(
    lattice: Lattice, plus: np.ufunc, total: Callable[[Floats], Floats]
) -> tuple[Floats, Floats, Floats]:
    """Weight of all paths (or the best) from the start to each point whose last step is a bead or a skip."""
    rows, columns = lattice.beads.shape[0], lattice.beads.shape[2]
    bead, skip_source, skip_target = np.full((3, rows, columns), NEVER)
    bead[0, 0] = 0
    before = np.full((rows + MOST, columns + MOST), NEVER)
    reach = sliding_window_view(before, (MOST, MOST))[:, :columns, ::-1, ::-1].transpose(0, 2, 1, 3)
    along = np.concatenate([[0], np.cumsum(lattice.extends[1])])
    start = lattice.opens[1] - lattice.extends[1] - along[:-1]
    for i in range(rows):
        if i:
            bead[i] = total(reach[i] + lattice.beads[i])
            opened = bead[i - 1] + lattice.opens[0][i - 1]
            skip_source[i] = plus(opened, skip_source[i - 1] + lattice.extends[0][i - 1])
        here = plus(bead[i], skip_source[i])
        skip_target[i, 1:] = plus.accumulate(here[:-1] + start) + along[1:]
        before[i + MOST, MOST:] = plus(here, skip_target[i])
    return bead, skip_source, skip_target


def _backward(lattice: Lattice) -> tuple[Floats, Floats, Floats]:
    """Log of the sum of all paths from each point to the end, after a bead, a source skip or a target skip there."""
    rows, columns = lattice.beads.shape[0], lattice.beads.shape[2]
    after_bead, after_source, after_target = np.full((3, rows, columns), NEVER)
    starting = np.full((rows, MOST, columns, MOST), NEVER)
    for a in range(min(MOST, rows - 1)):
        for b in range(min(MOST, columns - 1)):
            starting[: -a - 1, a, : -b - 1, b] = lattice.beads[a + 1 :, a, b + 1 :, b]
    after = np.full((rows + MOST, columns + MOST), NEVER)
    reach = sliding_window_view(after, (MOST, MOST))[:, 1 : columns + 1].transpose(0, 2, 1, 3)
    along = np.concatenate([[0], np.cumsum(lattice.extends[1])])
    opening = [
        opens - extends for opens, extends in zip(lattice.opens, lattice.extends, strict=True)
    ]
    for i in range(rows - 1, -1, -1):
        bead = _log_sum(reach[i + 1] + starting[i])
        if i == rows - 1:
            bead[-1] = 0
        # A target skip goes on with the next, or a bead follows; counted from the right.
        target = np.full(columns, NEVER)
        run = np.logaddexp.accumulate((bead[1:] + along[1:])[::-1])[::-1]
        target[:-1] = run - along[:-1]
        target_opened = target.copy()
        target_opened[:-1] += opening[1]
        source = np.full(columns, NEVER)
        if i < rows - 1:
            source = after_source[i + 1] + lattice.extends[0][i]
        source_opened = source + (opening[0][i] if i < rows - 1 else 0)
        after_target[i] = np.logaddexp(bead, target)
        after_source[i] = np.logaddexp(np.logaddexp(bead, source), target_opened)
        after_bead[i] = np.logaddexp(np.logaddexp(bead, source_opened), target_opened)
        after[i, :columns] = after_bead[i]
    return after_bead, after_source, after_target
