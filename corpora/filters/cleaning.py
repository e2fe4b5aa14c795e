"""Pairs through a recipe, and the account of what was dropped and why."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from corpora.bitext import Pair
from corpora.filters.base import Score
from corpora.filters.recipe import Recipe, Step

# Enough for numpy to work in long strides; a chunk of pairs of 200 characters takes some 10 MB.
_CHUNK = 10_000
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A dropped pair: its number in the input, from 1, and the score it was dropped for."""

    number: int
    source: str
    target: str
    score: Score


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one filter was shown and what it dropped; ``examples`` are drawn evenly from all it dropped."""

    step: Step
    seen: int
    dropped: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How many pairs went in and came out, and what each filter of the recipe did."""

    signature: str
    read: int
    kept: int
    steps: tuple[StepReport, ...]


class Cleaner:
    """Cleans one corpus with one recipe, in a stream."""

    def __init__(self, recipe: Recipe) -> None:
        """Nothing is read yet."""
        self._recipe = recipe
        self._read = self._kept = 0
        self._tallies = [_Tally(step) for step in recipe.steps]

    def clean(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs that every filter accepts, in their order."""
        stream = iter(pairs)
        while chunk := list(islice(stream, _CHUNK)):
            numbered = list(enumerate(chunk, self._read + 1))
            self._read += len(chunk)
            for tally in self._tallies:
                numbered = tally.sift(numbered)
            self._kept += len(numbered)
            yield from (pair for _, pair in numbered)

    def report(self) -> Report:
        """What has happened so far."""
        steps = tuple(tally.report() for tally in self._tallies)
        return Report(self._recipe.signature, self._read, self._kept, steps)


class _Tally:
    """A filter at work: what it has seen and dropped."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._seen = self._dropped = 0
        self._examples: list[Example] = []
        self._draw = random.Random(step.filter.name)  # noqa: S311 - examples, no secret

    def sift(self, numbered: Sequence[tuple[int, Pair]]) -> list[tuple[int, Pair]]:
        """Those that the filter accepts."""
        self._seen += len(numbered)
        scores = self._step.filter.score([pair for _, pair in numbered])
        kept = []
        for (number, pair), score in zip(numbered, scores, strict=True):
            if self._step.filter.accept(score):
                kept.append((number, pair))
            else:
                self._drop(Example(number, pair.source, pair.target, score))
        return kept

    def _drop(self, example: Example) -> None:
        # Reservoir sampling (Vitter 1985, algorithm R): each dropped pair is as likely to be shown.
        self._dropped += 1
        if len(self._examples) < _EXAMPLES:
            self._examples.append(example)
        elif (at := self._draw.randrange(self._dropped)) < _EXAMPLES:
            self._examples[at] = example

    def report(self) -> StepReport:
        shown = tuple(sorted(self._examples, key=lambda e: e.number))
        return StepReport(self._step, self._seen, self._dropped, shown)
