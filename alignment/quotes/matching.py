"""Pair the rows and columns of a table of weights one to one, so that the sum of the weights is greatest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def best_pairs(weights: Floats) -> list[tuple[int, int]]:
    """(row, column) pairs of greatest total weight, in order of the rows; a pair of weight 0 or less is left out.

    The Hungarian method with potentials (Kuhn 1955, in the shortest-path form of Jonker and Volgenant 1987), on each
    group of rows and columns that positive weights connect; cubic in the size of a group.
    """
    pairs: list[tuple[int, int]] = []
    for rows, columns in _groups(weights > 0):
        part = np.maximum(weights[np.ix_(rows, columns)], 0)
        turned = len(rows) > len(columns)
        for i, j in _assign(part.T if turned else part):
            row, column = (rows[j], columns[i]) if turned else (rows[i], columns[j])
            if weights[row, column] > 0:
                pairs.append((row, column))
    return sorted(pairs)


def _groups(linked: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """The connected parts of a bipartite graph, as rows and columns; whoever has no link is in none."""
    left = set(np.flatnonzero(linked.any(1)).tolist())
    found = []
    while left:
        rows: set[int] = set()
        columns: set[int] = set()
        todo = [min(left)]
        while todo:
            row = todo.pop()
            if row in rows:
                continue
            rows.add(row)
            for column in np.flatnonzero(linked[row]).tolist():
                if column not in columns:
                    columns.add(column)
                    todo += np.flatnonzero(linked[:, column]).tolist()
        left -= rows
        found.append((sorted(rows), sorted(columns)))
    return found


def _assign(weights: Floats) -> list[tuple[int, int]]:
    """A column for each row (there are no fewer columns than rows), of greatest total weight."""
    n, m = weights.shape
    cost = np.zeros((n + 1, m + 1))
    cost[1:, 1:] = -weights
    row_price, column_price = np.zeros(n + 1), np.zeros(m + 1)
    owner = np.zeros(m + 1, np.intp)  # the row that each column belongs to; 0 for none
    for row in range(1, n + 1):
        owner[0] = row
        at = 0
        least = np.full(m + 1, np.inf)
        way = np.zeros(m + 1, np.intp)
        done = np.zeros(m + 1, bool)
        while owner[at]:
            done[at] = True
            here = int(owner[at])
            reduced = cost[here] - row_price[here] - column_price
            shorter = ~done & (reduced < least)
            least[shorter], way[shorter] = reduced[shorter], at
            following = int(np.where(done, np.inf, least).argmin())
            step = least[following]
            row_price[owner[done]] += step
            column_price[done] -= step
            least[~done] -= step
            at = following
        while at:
            owner[at] = owner[way[at]]
            at = int(way[at])
    return [(int(owner[j]) - 1, j - 1) for j in range(1, m + 1) if owner[j]]
