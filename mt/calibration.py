"""Fits a model's confidence on machine translations and what people made of them, and measures what it is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from mt.confidence import RIGHT, SIGNS, Confidence, Likeness, Machine, signs

if TYPE_CHECKING:
    from corpora.bitext import Status
    from corpora.store import Project

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

LEAST = 100  # segments, below which a calibration is a guess
_LEAST_OF_EACH = 10  # right ones, and others
_RIDGE = (
    3.0  # of weights over standardised signs; cross-validated on newstest2016 it hardly matters
)
_FOLDS = 5
_STEPS = 20  # Newton's method is there after half of them
RESAMPLES = 1000
_APPROVED: tuple[Status, ...] = ("approved", "locked")


@dataclass(frozen=True, slots=True)
class Example:
    """What a machine said, and what a person made of it or wrote in its place."""

    said: Machine
    reference: str


@dataclass(frozen=True, slots=True)
class Worth:
    """How well right sentences are told from others, on segments that were not fitted on.

    ``auc`` is the probability that a right one gets the higher confidence (ROC-AUC), ``baseline`` the same for the mean
    log-probability of a token; ``gain`` is the 95 % interval of their difference, from bootstrap resampling of segments.
    """

    segments: int
    right: float
    auc: float
    baseline: float
    gain: tuple[float, float]


def of_project(project: Project, model: str) -> list[Example]:
    """What ``model`` had said for the approved segments of a project, and what was approved. Segments without it are left out."""
    from corpora.store import Filter

    made: list[Example] = []
    for document in project.documents():
        for view in project.segments(document.id, where=Filter(status=_APPROVED)):
            for h in project.hypotheses(document.id, view.id):
                if h.origin == "machine" and h.model == model and h.score and view.target.strip():
                    said = Machine(view.source, h.text, math.log(h.score))
                    made.append(Example(said, view.target))
                    break
    return made


def is_right(examples: Sequence[Example]) -> Truth:
    """Which of them are right: chrF2 of at least `RIGHT` (sacrebleu; Popović 2015)."""
    from sacrebleu import CHRF

    metric = CHRF()
    scores = [metric.sentence_score(e.said.target, [e.reference]).score for e in examples]
    return np.array(scores) >= RIGHT


def rows_of(
    examples: Sequence[Example], likenesses: Sequence[Likeness], *, lang: str = "tr"
) -> Floats:
    """The signs of each example, shape (len(examples), len(SIGNS))."""
    each = zip(examples, likenesses, strict=True)
    return np.array([signs(e.said, likeness, lang=lang) for e, likeness in each])


def fit(rows: Floats, right: Truth, *, fitted_on: str) -> Confidence:
    """The calibration of a model whose translations have these signs. Raises InputError where there are too few."""
    if len(rows) < LEAST or min(right.sum(), (~right).sum()) < _LEAST_OF_EACH:
        raise InputError(
            f"{len(rows)} segments, {int(right.sum())} of them right, are too few to calibrate on: it takes {LEAST},"
            f" and {_LEAST_OF_EACH} that are right (chrF2 of {RIGHT:.0f} or more) and as many that are not"
        )
    return _fitted(rows, right, fitted_on)


def probabilities(confidence: Confidence, rows: Floats) -> Floats:
    """The probability for each row of signs."""
    return np.array([confidence.probability(row) for row in rows.tolist()])


def cross_validated(rows: Floats, right: Truth) -> Floats:
    """The probability of each segment by what was fitted on the others: five folds, each with its share of right ones."""
    order = np.lexsort((np.arange(len(rows)), right))
    made = np.zeros(len(rows))
    for fold in range(_FOLDS):
        tested = np.zeros(len(rows), bool)
        tested[order[fold::_FOLDS]] = True
        found = _fitted(rows[~tested], right[~tested], "")
        made[tested] = probabilities(found, rows[tested])
    return made


def auc(right: Truth, scores: Floats) -> float:
    """The area under the ROC curve: the probability that a right one has the higher score (ties count half)."""
    _, at, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    positive = int(right.sum())
    negative = len(right) - positive
    return float((ranks[right].sum() - positive * (positive + 1) / 2) / (positive * negative))


def worth(
    right: Truth, confidence: Floats, baseline: Floats, *, resamples: int = RESAMPLES
) -> Worth:
    """What ``confidence`` is worth against ``baseline``; both for each segment."""
    draw = np.random.default_rng(1)
    gains: list[float] = []
    while len(gains) < resamples:
        at = draw.integers(0, len(right), len(right))
        if 0 < right[at].sum() < len(right):
            gains.append(auc(right[at], confidence[at]) - auc(right[at], baseline[at]))
    low, high = np.percentile(gains, [2.5, 97.5])
    return Worth(
        len(right), float(right.mean()), auc(right, confidence), auc(right, baseline),
        (float(low), float(high)),
    )  # fmt: skip


def reliability(right: Truth, confidence: Floats, *, bins: int) -> list[tuple[float, float, int]]:
    """Mean confidence, share that is right, and size, of ``bins`` groups of as good as equal size, by confidence."""
    order = np.argsort(confidence, kind="stable")
    groups = [g for g in np.array_split(order, bins) if len(g)]
    return [(float(confidence[g].mean()), float(right[g].mean()), len(g)) for g in groups]


def expected_error(right: Truth, confidence: Floats, *, bins: int = 10) -> float:
    """How far confidence and truth lie apart on average (expected calibration error; Naeini et al. 2015)."""
    found = reliability(right, confidence, bins=bins)
    return sum(size * abs(said - true) for said, true, size in found) / len(right)


def _fitted(rows: Floats, right: Truth, fitted_on: str) -> Confidence:
    means, scales = rows.mean(axis=0), rows.std(axis=0)
    scales[scales < 1e-9] = 1.0
    standard = (rows - means) / scales
    kept = list(range(len(SIGNS)))
    while True:
        found = _newton(standard[:, kept], right)
        # A sign whose weight says that worse is better has caught chance, or what another one knows better.
        wrong = [i for i, weight in zip(kept, found[1:], strict=True) if weight > 0]
        if not wrong:
            break
        kept.remove(max(wrong, key=lambda i: found[1 + kept.index(i)]))
    weights = np.zeros(len(SIGNS))
    weights[kept] = found[1:]
    exact = [tuple(float(f"{v:.6g}") for v in column) for column in (weights, means, scales)]
    bias, share = float(f"{found[0]:.6g}"), round(float(right.mean()), 4)
    return Confidence(bias, exact[0], exact[1], exact[2], fitted_on, len(rows), share)


def _newton(rows: Floats, right: Truth) -> Floats:
    """Bias and weights of a logistic regression with a ridge on the weights (Newton's method; le Cessie and van Houwelingen 1992)."""
    table = np.column_stack([np.ones(len(rows)), rows])
    ridge = np.diag([0.0, *[_RIDGE] * rows.shape[1]])
    found = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(table @ found, -30, 30)))
        slope = table.T @ (said - right) + ridge @ found
        bend = (table * (said * (1 - said))[:, None]).T @ table + ridge
        found -= np.linalg.solve(bend, slope)
    return found
