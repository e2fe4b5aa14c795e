"""What a filter is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from corpora.bitext import Pair

# One number for the pair, or one for each side: (source, target).
Score = tuple[float, ...]


class Filter(Protocol):
    """A question about a pair, answered with a score that is accepted or not.

    The fields of a filter are the settings that a recipe may give it; ``name`` is what the recipe calls it.
    """

    name: ClassVar[str]

    def score(self, pairs: Sequence[Pair]) -> Sequence[Score]:
        """The score of each pair."""
        ...

    def accept(self, score: Score) -> bool:
        """Whether a pair with this score is kept."""
        ...
