"""Rows of pieces through an engine, in batches: sorted by length, of even width, as many at a time as it has workers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

from mt.engines import Engine, Hypothesis, Search

# Source pieces in a batch: more would leave the processor's cache.
TOKENS = 1536
# A batch is as wide as its rows' length rounded up to this, whatever else is in it. The width shows in the last digit of
# float sums, int8 rounding makes that a difference now and then, and no translation may depend on its neighbours.
_WIDTH_STEP = 4


def max_length(pieces: int) -> int:
    """Bound on the target pieces for a source of so many."""
    return 3 * pieces + 40


def translate(
    engine: Engine, rows: Sequence[Sequence[str]], search: Search, *, batch_tokens: int = TOKENS
) -> list[Hypothesis]:
    """The best hypothesis for each row of source pieces; the same whatever the batch size and the order."""

    def width(i: int) -> int:
        steps = -(-len(rows[i]) // _WIDTH_STEP)
        return min(steps * _WIDTH_STEP, engine.max_pieces)

    order = sorted(range(len(rows)), key=lambda i: -len(rows[i]))
    batches: list[list[int]] = []
    for wide, alike in groupby(order, key=width):
        group, size = list(alike), max(1, batch_tokens // (wide + 1))
        count = -(-len(group) // size)
        # Dealt out like cards, so that as many batches as can be have a row of the full width.
        batches += [group[number::count] for number in range(count)]

    def run(batch: Sequence[int]) -> list[list[Hypothesis]]:
        chosen = [rows[i] for i in batch]
        missing = width(batch[0]) - len(chosen[0])
        if missing:
            chosen.append([*chosen[0], *[chosen[0][-1]] * missing])
        return engine.translate(chosen, search, max_length(width(batch[0])))[: len(batch)]

    made: dict[int, Hypothesis] = {}
    workers = ThreadPoolExecutor(engine.workers)
    try:
        for batch, results in zip(batches, workers.map(run, batches), strict=True):
            made.update((i, best[0]) for i, best in zip(batch, results, strict=True))
    finally:
        workers.shutdown(cancel_futures=True)
    return [made[i] for i in range(len(rows))]
