"""A training recipe: one TOML file that says what a model is made of, from which files, in which stages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from corpora.errors import InputError


@dataclass(frozen=True, slots=True)
class Architecture:
    """Size of a model trained from scratch; the names are those of ``transformers.MarianConfig``."""

    vocabulary: int = 16_000
    byte_fallback: bool = True
    d_model: int = 384
    encoder_layers: int = 6
    decoder_layers: int = 3
    attention_heads: int = 6
    ffn_dim: int = 1536


@dataclass(frozen=True, slots=True)
class Source:
    """Files of sentence pairs, one pair a line: Turkish, tab, English, and in some files a tab and a score.

    ``files`` are patterns under the data folder, or "news:pairs" and "news:articles" for our own corpus. A weight is how often a stage sees each pair per pass (0.3: a
    third of them, drawn anew each pass), given per stage. Pairs with a score under ``min_score`` or with fewer than
    ``min_words`` source words are left out.
    """

    name: str
    files: list[str]
    licence: str = ""
    min_score: float = -99.0
    min_words: int = 1
    ordered: bool = (
        False  # neighbouring lines follow each other in a text, so joining them makes a paragraph
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training with its own mixture and learning rate.

    The rate rises linearly over ``warmup`` updates to ``learning_rate``, stays, and after ``decay_from`` (a share of
    the stage) falls linearly to ``final_rate`` times its peak. ``batch_tokens`` counts padded target tokens.
    ``join``, ``lowercase`` and ``sample`` are shares of the examples: joined with the next one or two, lower-cased on
    the source side (what an ALL-CAPS headline becomes before translation), cut into sampled
    subwords, and with stand-ins for the names (see `mt.names`). ``dropout`` pays
    where a stage sees its pairs many times; where it sees them once, 0 is better and an eighth faster on a CPU.
    """

    name: str
    updates: int
    learning_rate: float
    weights: dict[str, float]
    warmup: int = 100
    decay_from: float = 0.5
    final_rate: float = 0.1
    batch_tokens: int = 4096
    join: float = 0.1
    lowercase: float = 0.03
    sample: float = 0.0
    names: float = 0.0
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that makes a model, but the data files themselves."""

    name: str
    source_lang: str
    target_lang: str
    stages: tuple[Stage, ...]
    sources: tuple[Source, ...]
    dev: str  # a file of the same form, under the data folder; never trained on
    dev_every: int = 1  # measure on each n-th line only
    parent: str = ""  # a model folder to start from; empty: from scratch
    architecture: Architecture = field(default_factory=Architecture)
    seed: int = 1
    learn_names: bool = (
        True  # where stages train with stand-ins; otherwise the parent's lexicon is kept
    )
    label_smoothing: float = 0.1
    average: float = (
        0.998  # decay of the exponential moving average of the weights, which is what is exported
    )
    length_penalty: float = 1.0  # of the search, written into the model's generation config
    max_tokens: int = 160
    checkpoint_updates: int = 50
    evaluate_updates: int = 200


T = TypeVar("T")
# The other numbers of a recipe count something, of which there is at least one.
_MAY_BE_ZERO = {"seed", "warmup"}


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raises InputError that names the key at fault."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the recipe {path}: {error}") from error
    table.pop("kind", None)  # tells it from the recipes of other models
    sources = tuple(_build(Source, t, path) for t in _tables(table, "source", path))
    stages = tuple(_build(Stage, t, path) for t in _tables(table, "stage", path))
    architecture = _build(Architecture, table.pop("architecture", {}), path)
    recipe = _build(
        Recipe, table | {"sources": sources, "stages": stages, "architecture": architecture}, path
    )
    if architecture.d_model % architecture.attention_heads:
        raise InputError(f"{path}: d_model in architecture must be a multiple of attention_heads")
    known = [s.name for s in sources]
    if len(set(known)) < len(known):
        raise InputError(f"{path}: two sources have the same name; known are {known}")
    if not stages:
        raise InputError(f"{path}: a recipe needs at least one [[stage]]")
    for stage in stages:
        if unknown := set(stage.weights) - set(known):
            raise InputError(f"{path}: stage {stage.name} weighs unknown sources {sorted(unknown)}")
    return recipe


def _tables(table: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    found = table.pop(key, [])
    if not isinstance(found, list):
        raise InputError(f"{path}: [{key}] should be [[{key}]]; there may be several")
    return found


def _build(kind: type[T], table: dict[str, Any], path: Path) -> T:
    types, what = get_type_hints(kind), kind.__name__.lower()
    for key, value in table.items():
        if key not in types:
            raise InputError(f"{path}: unknown key {key!r} in {what}; known are {sorted(types)}")
        if not _fits(value, types[key]):
            raise InputError(f"{path}: {key} in {what} cannot be {value!r}")
        if types[key] is int and value < (0 if key in _MAY_BE_ZERO else 1):
            raise InputError(f"{path}: {key} in {what} cannot be as small as {value}")
    try:
        return kind(**table)
    except TypeError as error:
        # "Stage.__init__() missing 1 required positional argument: 'updates'"
        raise InputError(f"{path}: {what}: {str(error).partition('() ')[2]}") from error


def _fits(value: object, hint: Any) -> bool:
    """Whether a TOML value is of the type that a field is declared with."""
    inner = get_args(hint)
    if get_origin(hint) is list:
        return isinstance(value, list) and all(_fits(v, inner[0]) for v in value)
    if get_origin(hint) is dict:
        return isinstance(value, dict) and all(_fits(v, inner[1]) for v in value.values())
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, get_origin(hint) or hint)
