"""How likely a reviewer is to leave a machine's sentence as it is, and what speaks against it.

A logistic regression over a few things that can be seen without a reference. Its weights lie in the model's folder
(``confidence.json``), for they hold for that model only; `mt.calibration` fits them on translations that people made.
Every weight has the sign that reason gives it: whatever looks worse never makes a sentence more likely to be right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpora import casing, numbers
from corpora.bitext import Flag
from corpora.errors import ModelError
from corpora.writing import write_whole

FILE = "confidence.json"
VERSION = 1
# A sentence is right if its chrF2 against what a person made of it is at least this: most of its letters stay.
RIGHT = 60.0
# What is looked at; of each, more is worse.
SIGNS = ("unsure", "long", "unmatched", "meaning", "names", "numbers", "short", "repeated")
REASONS = 3  # at most
# A sign is a reason if it takes this much from the log-odds that the average sentence has.
_WEIGHTY = 0.25
_CLEAR = 0.5  # likeness of a word and its translation, from here on
_INNER = re.compile(r"(?<=[\w,;:] )[^\W\d_]\w+")


class Likeness(Protocol):
    """How far a sentence and its translation mean the same, such as `alignment.likeness.Likeness`; cosines."""

    @property
    def whole(self) -> float: ...  # noqa: D102 - of the two sentences
    @property
    def words(self) -> Sequence[tuple[str, float]]: ...  # noqa: D102 - of each longer source word and its likest target word


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine said: ``score`` is the mean log-probability of a target token."""

    source: str
    target: str
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """``probability`` that the sentence is right, and what speaks most against it."""

    probability: float
    reasons: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Confidence:
    """The calibration of one model: weights by sign, over signs minus ``means`` divided by ``scales``.

    ``fitted_on`` says on what, ``segments`` how many, ``right`` which share of them was right.
    """

    bias: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    fitted_on: str
    segments: int
    right: float

    def judge(self, said: Machine, likeness: Likeness, *, lang: str = "tr") -> Judgement:
        """The probability that ``said`` is right; ``lang`` is the language of its source."""
        terms = self._terms(signs(said, likeness, lang=lang))
        heaviest = sorted(range(len(SIGNS)), key=terms.__getitem__)[:REASONS]
        return Judgement(
            round(_logistic(self.bias + sum(terms)), 4),
            tuple(
                _reason(SIGNS[i], said, likeness, lang) for i in heaviest if terms[i] <= -_WEIGHTY
            ),
        )

    def probability(self, row: Sequence[float]) -> float:
        """The same for `signs` that are known."""
        return _logistic(self.bias + sum(self._terms(row)))

    def _terms(self, row: Sequence[float]) -> list[float]:
        each = zip(row, self.weights, self.means, self.scales, strict=True)
        return [weight * (value - mean) / scale for value, weight, mean, scale in each]

    @classmethod
    def load(cls, folder: Path) -> Confidence | None:
        """The calibration of the model in ``folder``, or None where it has none. Raises ModelError where it is damaged."""
        path = folder / FILE
        try:
            return _read(json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelError(
                f"{path} is damaged, so no probability can be given; make it anew with: dragoman models calibrate"
            ) from error

    def save(self, folder: Path) -> Path:
        """Write it into a model's folder; returns the file. Raises OutputError."""
        table: dict[str, Any] = {"version": VERSION, "right": {"chrF2": RIGHT, "share": self.right}}
        table |= {"fitted_on": self.fitted_on, "segments": self.segments, "bias": self.bias}
        columns = zip(SIGNS, self.weights, self.means, self.scales, strict=True)
        table["signs"] = {
            name: {"weight": weight, "mean": mean, "scale": scale}
            for name, weight, mean, scale in columns
        }
        write_whole(folder / FILE, json.dumps(table, ensure_ascii=False, indent=1) + "\n")
        return folder / FILE


def signs(said: Machine, likeness: Likeness, *, lang: str = "tr") -> tuple[float, ...]:
    """The value of each of `SIGNS`."""
    words = re.findall(r"\w+", said.target.lower())
    longer = [w for w in words if len(w) >= 4]
    best = [value for _, value in likeness.words]
    return (
        -said.score,
        -said.score * len(said.target.split()),
        1 - sum(best) / len(best) if best else 0.0,
        1 - likeness.whole,
        float(abs(_capitals(said.source) - _capitals(said.target))),
        float(len(numbers.missing(said.source, said.target, lang))),
        max(0.0, math.log((len(said.source) + 12) / (len(said.target) + 12))),
        1 - len(set(longer)) / len(longer) if longer else 0.0,
    )


def _read(table: Any) -> Confidence:
    if table["version"] != VERSION or set(table["signs"]) != set(SIGNS):
        raise ValueError("made by another version")
    rows = [table["signs"][name] for name in SIGNS]
    columns = (tuple(float(row[key]) for row in rows) for key in ("weight", "mean", "scale"))
    weights, means, scales = columns
    made = Confidence(
        float(table["bias"]), weights, means, scales, str(table["fitted_on"]), int(table["segments"]),
        float(table["right"]["share"]),
    )  # fmt: skip
    if not all(map(math.isfinite, (made.bias, *weights, *means, *scales))) or min(scales) <= 0:
        raise ValueError("a number that is none")
    return made


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _capitals(text: str) -> int:
    """Capitalised words inside the sentences of ``text``: names, more or less; of a line in capitals nobody knows."""
    return 0 if casing.is_all_caps(text) else sum(m[0][0].isupper() for m in _INNER.finditer(text))


def _reason(sign: str, said: Machine, likeness: Likeness, lang: str) -> Flag:
    message = {
        "unsure": "The model found no wording it was sure of.",
        "long": "It is a long sentence, and the doubts add up.",
        "meaning": "The two sentences do not seem to say the same.",
        "short": "The translation is shorter than usual: something may be missing.",
        "repeated": "The translation says the same words again.",
    }.get(sign)
    if sign == "unmatched":
        worst = sorted(likeness.words, key=lambda pair: pair[1])
        shown = [word for word, value in worst if value < _CLEAR][:3] or [worst[0][0]]
        # Each once, in the order of the sentence.
        order = [word for word, _ in likeness.words if word in shown]
        message = f"No clear counterpart for: {', '.join(dict.fromkeys(order))}."
    elif sign == "names":
        message = f"Capitalised words: {_capitals(said.source)} in the source, {_capitals(said.target)} in the translation."
    elif sign == "numbers":
        message = f"Not found in the translation: {', '.join(numbers.missing(said.source, said.target, lang))}."
    assert message  # noqa: S101 - every sign has one
    return Flag(sign, message)
