"""Small learned decisions: pick one of several candidates by the sum of the weights of their features.

A model is a table of feature → weight, stored as readable JSON: a positive weight speaks for a candidate, a negative one
against it. Picking among candidates is a conditional log-linear model; a yes/no decision is the same with two
candidates, one of which has no features and therefore the score 0. Written by ``benchmarks/train_quotes.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from math import exp

Weights = dict[str, float]


@cache
def models(lang: str) -> dict[str, Weights]:
    """The trained tables of "tr" or "en", by the name of the decision."""
    text = (files("alignment.quotes") / "models" / f"{lang}.json").read_text("utf-8")
    tables: dict[str, Weights] = json.loads(text)
    return tables


def score(weights: Weights, features: Iterable[str]) -> float:
    """The sum of the features' weights; an unknown feature weighs nothing."""
    return sum(weights.get(feature, 0.0) for feature in features)


def pick(weights: Weights, candidates: Sequence[Iterable[str]]) -> int:
    """The index of the best candidate, the first of equals; raises ValueError without candidates."""
    scores = [score(weights, features) for features in candidates]
    return scores.index(max(scores))


def pick_name(weights: Weights, named: Sequence[tuple[str, Iterable[str]]]) -> tuple[str, float]:
    """The name whose candidates together are the likeliest, and how likely; raises ValueError without candidates."""
    scores = [score(weights, features) for _, features in named]
    top = max(scores)
    mass: dict[str, float] = {}
    for (name, _), total in zip(named, scores, strict=True):
        mass[name] = mass.get(name, 0.0) + exp(total - top)
    name = max(mass, key=mass.__getitem__)
    return name, mass[name] / sum(mass.values())


def probability(weights: Weights, features: Iterable[str]) -> float:
    """How likely a yes is, 0 to 1."""
    total = score(weights, features)
    return 1 / (1 + exp(-total)) if total > -700 else 0.0
