"""Recipes: which filters, in which order, with which thresholds; a TOML file.

    [[filter]]
    name = "length-ratio"
    threshold = 2.5

A filter's name and settings are those of its class; settings left out have its defaults.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from corpora.errors import InputError
from corpora.filters import rules
from corpora.filters.base import Filter
from corpora.filters.duplicates import NearDuplicates

FILTERS: Mapping[str, Callable[..., Filter]] = {
    kind.name: kind
    for kind in (
        rules.Length,
        rules.LengthRatio,
        rules.LongWord,
        rules.Markup,
        rules.Garbage,
        rules.Script,
        rules.Repetition,
        rules.Identical,
        rules.Numbers,
        rules.Language,
        rules.Similarity,
        NearDuplicates,
    )
}

Compare = Callable[[Sequence[str], Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Step:
    """One filter of a recipe and what the recipe sets of it."""

    filter: Filter
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Filters in the order in which a pair meets them. A recipe cleans one corpus: some filters remember."""

    steps: tuple[Step, ...]

    @property
    def signature(self) -> str:
        """One line that says how to do it again, as sacrebleu's do: version, filters, settings."""
        steps = (
            ",".join([step.filter.name, *(f"{k}={v}" for k, v in step.settings.items())])
            for step in self.steps
        )
        return "|".join([f"dragoman clean v{version('dragoman')}", *steps])


def load_recipe(path: Path | None = None, *, compare: Compare | None = None) -> Recipe:
    """The recipe at ``path``, or the bundled one; ``compare`` is what the filter "similarity" asks.

    Raises InputError that names the file and the key at fault, also where "similarity" is asked for and ``compare`` is
    not given.
    """
    where: Any = path or files("corpora.filters") / "default.toml"
    try:
        table = tomllib.loads(where.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the recipe {where}: {error}") from error
    rows = table.pop("filter", None)
    whole = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    if table or not whole:
        raise InputError(f"{where}: a recipe is a list of [[filter]], each with a name")
    return Recipe(tuple(_step(dict(row), compare, where) for row in rows))


def _step(settings: dict[str, object], compare: Compare | None, where: object) -> Step:
    name = settings.pop("name", "")
    if not isinstance(name, str) or name not in FILTERS:
        raise InputError(f"{where}: no filter is called {name!r}; known are {', '.join(FILTERS)}")
    kind = FILTERS[name]
    known = dict(inspect.signature(kind).parameters)
    needs_compare = known.pop("compare", None) is not None
    for key, value in settings.items():
        if key not in known:
            raise InputError(
                f"{where}: {name} has no setting {key!r}; known are {', '.join(known)}"
            )
        if not _fits(key, value):
            raise InputError(
                f"{where}: {key} of {name} cannot be {value!r}; it is {known[key].default!r} by default"
            )
    if not needs_compare:
        return Step(kind(**settings), settings)
    if compare is None:
        raise InputError(f"{where}: {name} needs a sentence encoder, and none was given")
    return Step(kind(compare=compare, **settings), settings)


def _fits(key: str, value: object) -> bool:
    if key == "unit":
        return value in get_args(rules.Unit)
    return isinstance(value, int | float) and not isinstance(value, bool)
