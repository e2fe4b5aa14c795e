"""The recipe of an embedding: a TOML file that says from which files, how much of each, and with which settings."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.errors import InputError


@dataclass(frozen=True, slots=True)
class Source:
    """Files of pairs: a line holds two texts that mean the same, tab between them, and in some files a score.

    ``files`` is a pattern under the data folder; ``weight`` is how often a pass sees each pair (0.3: a third of them,
    drawn anew each pass). Lines with a score under ``min_score`` and the last ``leave`` lines of each file (kept apart
    for measuring) are left out.
    """

    name: str
    files: str
    licence: str = ""
    weight: float = 1.0
    min_score: float = -99.0
    leave: int = 0

    def pairs(self, data: Path) -> Iterator[tuple[str, str]]:
        """The pairs under ``data``; raises InputError when no file fits the pattern."""
        paths = sorted(data.glob(self.files))
        if not paths:
            raise InputError(f"no file {self.files} under {data} for the source {self.name}")
        for path in paths:
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
            for row in rows[: len(rows) - self.leave]:
                if len(row) > 1 and row[0].strip() and row[1].strip() and self._scored(row):
                    yield row[0], row[1]

    def _scored(self, row: list[str]) -> bool:
        return (
            self.min_score <= -99 or len(row) < 3 or not row[2] or float(row[2]) >= self.min_score
        )


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that makes an embedding but the data.

    ``pieces`` and ``stems`` are the sizes of the two vocabularies, ``dimensions`` the length of a vector. ``updates``
    steps of ``batch`` pairs with Adam, the rate falling linearly from ``learning_rate``; from ``hard_from`` (a share of
    the updates) on, batches are drawn from clusters of pairs that mean nearly the same. ``word_dropout`` and
    ``piece_dropout`` leave out words and parts of words. ``scale`` multiplies cosines before the softmax.
    """

    name: str
    sources: tuple[Source, ...]
    dev: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("tr", "en")
    pieces: int = 28_000
    stems: int = 28_000
    dimensions: int = 256
    updates: int = 1500
    batch: int = 2048
    learning_rate: float = 0.01
    hard_from: float = 0.5
    word_dropout: float = 0.1
    piece_dropout: float = 0.1
    scale: float = 20.0
    seed: int = 1


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raises InputError that names what is wrong with it."""
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        table.pop("kind", None)
        sources = tuple(Source(**row) for row in table.pop("source", []))
        lists = {k: tuple(v) for k, v in table.items() if isinstance(v, list)}
        recipe = Recipe(sources=sources, **(table | lists))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"cannot read the recipe {path}: {error}") from error
    if not sources:
        raise InputError(f"{path}: a recipe needs at least one [[source]]")
    return recipe
