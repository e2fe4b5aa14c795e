"""Score translations with sacrebleu: BLEU, chrF2, TER, whether two systems differ, and where they fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpora.errors import InputError, ModelError
from mt.evaluation_sets import EvaluationSet

METRICS = ("BLEU", "chrF2", "TER")
# Metrics of a bucket and of a segment; TER takes longer than all the rest together.
BUCKET_METRICS = ("BLEU", "chrF2")
SEGMENT_METRIC = "chrF2"
RESAMPLES = 1000
SIGNIFICANT = 0.05
_SEED = 12345  # sacrebleu's own for its bootstrap


@dataclass(frozen=True, slots=True)
class Score:
    """A corpus score and the signature that says how to repeat it.

    ``interval`` is half the width of its 95 % confidence interval, from bootstrap resampling, where that was asked for.
    """

    name: str
    value: float
    signature: str
    interval: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """System minus baseline in one metric; ``p`` is the probability that chance alone makes as much of a difference.

    From paired bootstrap resampling (Koehn 2004), as sacrebleu does it.
    """

    name: str
    value: float
    p: float

    @property
    def verdict(self) -> str:
        """ "better", "worse", or "no difference" where ``p`` is not under `SIGNIFICANT`."""
        if self.p >= SIGNIFICANT:
            return "no difference"
        return "better" if (self.value > 0) != (self.name == "TER") else "worse"


@dataclass(frozen=True, slots=True)
class Bucket:
    """The segments that have something in common: ``group`` is what is asked (length), ``name`` the answer (1–10 words).

    ``scores`` and ``baseline`` (empty where there is none) are by metric, over ``size`` segments.
    """

    group: str
    name: str
    size: int
    scores: dict[str, float]
    baseline: dict[str, float]


@dataclass(frozen=True, slots=True)
class ScoredSegment:
    """One segment, its chrF2, and the same of the baseline where there is one; ``number`` counts from 1."""

    number: int
    source: str
    reference: str
    hypothesis: str
    score: float
    baseline: str | None = None
    baseline_score: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is to be said about a system, or about two, on one test set."""

    test: str
    system: str
    against: str
    scores: tuple[Score, ...]
    baseline: tuple[Score, ...]
    differences: tuple[Difference, ...]
    buckets: tuple[Bucket, ...]
    segments: tuple[ScoredSegment, ...]

    def worst(self, count: int) -> list[ScoredSegment]:
        """The segments with the lowest chrF2."""
        return sorted(self.segments, key=lambda s: s.score)[:count]

    def changed(self, count: int, *, gains: bool) -> list[ScoredSegment]:
        """The segments that gain (or lose) most against the baseline; none that stay as they were."""
        sign = 1 if gains else -1
        moved = [(sign * (s.score - (s.baseline_score or 0)), s) for s in self.segments]
        moved = [m for m in moved if m[1].baseline is not None and m[0] > 0]
        return [s for _, s in sorted(moved, key=lambda m: -m[0])[:count]]


def score(
    hypotheses: Sequence[str], *references: Sequence[str], metrics: Sequence[str] = BUCKET_METRICS
) -> list[Score]:
    """Corpus scores against one or more references (sacrebleu; Post 2018, Popović 2015, Snover et al. 2006)."""
    out: list[Score] = []
    for name, metric in _metrics(metrics, references).items():
        value = metric.corpus_score(list(hypotheses), None).score
        out.append(Score(name, value, str(metric.get_signature())))
    return out


def evaluate(
    test: EvaluationSet,
    hypotheses: Sequence[str],
    *,
    system: str,
    baseline: Sequence[str] | None = None,
    against: str = "baseline",
    metrics: Sequence[str] = METRICS,
    resamples: int = RESAMPLES,
) -> Evaluation:
    """Score ``hypotheses`` on ``test``, whole, by bucket and segment by segment.

    With ``baseline``, the hypotheses of another system called ``against``, both are scored and tested for difference.
    ``resamples`` is the number of bootstrap samples. Raises InputError where the counts of segments differ.
    """
    for name, texts in ((system, hypotheses), (against, baseline)):
        if texts is not None and len(texts) != len(test):
            raise InputError(
                f"{name} has {len(texts)} segments and {test.name} has {len(test)}: they must go line by line"
            )
    if not len(test):
        raise InputError(f"{test.name} is empty: there is nothing to evaluate")
    scorers = _metrics(metrics, test.references)
    scores, base_scores, differences = _tested(scorers, hypotheses, baseline, resamples)
    parts = _metrics(BUCKET_METRICS, test.references)
    counts = {name: _Counts(metric, hypotheses) for name, metric in parts.items()}
    base = {n: _Counts(m, baseline) for n, m in parts.items()} if baseline is not None else {}
    buckets = tuple(
        Bucket(
            group,
            name,
            len(members),
            {n: c.score(members) for n, c in counts.items()},
            {n: c.score(members) for n, c in base.items()},
        )
        for group, name, members in test.buckets()
    )
    segments = tuple(
        ScoredSegment(
            i + 1,
            test.sources[i] if test.sources else "",
            test.references[0][i],
            hypotheses[i],
            counts[SEGMENT_METRIC].score([i]),
            baseline[i] if baseline is not None else None,
            base[SEGMENT_METRIC].score([i]) if base else None,
        )
        for i in range(len(test))
    )
    against = against if baseline is not None else ""
    return Evaluation(
        test.name, system, against, scores, base_scores, differences, buckets, segments
    )


def sure_gain(
    references: Sequence[str],
    before: Sequence[str],
    after: Sequence[str],
    *,
    resamples: int = RESAMPLES,
) -> float:
    """The chrF2 that ``after`` has over ``before`` in 95 of 100 paired bootstrap samples (Koehn 2004); a loss is negative.

    A one-sided bound: it tells what an improvement amounts to at least, where a p only tells that there is one.
    """
    import numpy as np

    metric = _metrics((SEGMENT_METRIC,), [references])[SEGMENT_METRIC]
    size = len(references)
    # How often each segment is drawn; both systems are scored on the same draws.
    draws = np.random.default_rng(_SEED).multinomial(size, [1 / size] * size, size=resamples)
    scores = []
    for texts in (before, after):
        counts = np.array(metric._extract_corpus_statistics(list(texts), None))
        scores.append(
            [metric._aggregate_and_compute([row.tolist()]).score for row in draws @ counts]
        )
    return float(np.quantile(np.subtract(scores[1], scores[0]), SIGNIFICANT))


def with_comet(evaluation: Evaluation, model: str) -> Evaluation:
    """``evaluation`` with the score of a COMET model of the hub, such as "Unbabel/wmt22-comet-da" (Rei et al. 2022).

    Times 100, as the other scores are. Raises InputError where the sources are not known, and ModelError where the
    package unbabel-comet is missing or the model, some GB large, cannot be had.
    """
    rows = [(s.source, s.reference) for s in evaluation.segments]
    if not all(source for source, _ in rows):
        raise InputError(
            "COMET looks at the source too: name it with --source, or use a test set that has it"
        )
    columns = [[s.hypothesis for s in evaluation.segments]]
    if evaluation.baseline:
        columns.append([s.baseline or "" for s in evaluation.segments])
    made = _comet(
        model,
        [
            {"src": source, "mt": text, "ref": reference}
            for column in columns
            for (source, reference), text in zip(rows, column, strict=True)
        ],
    )
    signature = f"model:{model}|version:{version('unbabel-comet')}"
    means = [
        Score("COMET", 100 * sum(made[at : at + len(rows)]) / len(rows), signature)
        for at in range(0, len(made), len(rows))
    ]
    return replace(
        evaluation,
        scores=(*evaluation.scores, means[0]),
        baseline=(*evaluation.baseline, *means[1:]),
    )


def _comet(model: str, rows: list[dict[str, str]]) -> list[float]:
    try:
        comet: Any = import_module("comet")
    except ImportError as error:
        raise ModelError(
            "COMET needs a package of its own; install it with: pip install unbabel-comet"
        ) from error
    try:
        ready = comet.load_from_checkpoint(comet.download_model(model))
        return [float(s) for s in ready.predict(rows, batch_size=8, gpus=0).scores]
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"the COMET model {model} cannot be used: {error}") from error


def translate(
    model: str,
    sources: Sequence[str],
    *,
    beam: int = 4,
    smoke: bool = True,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> list[str]:
    """What the model called ``model`` makes of ``sources`` through the CTranslate2 engine, as a reader would get it.

    ``progress(done, total)`` is told of segments; ``smoke`` as in `models.load`. Raises ModelError.
    """
    from mt import models
    from mt.engines import Search
    from mt.translator import Translator

    engine, info = models.load(model, smoke=smoke)
    try:
        search = Search(beam=beam, length_penalty=info.length_penalty)
        made: list[str] = []
        for result in Translator(engine, model=info.name, search=search).segments(sources):
            made.append(result.target)
            progress(len(made), len(sources))
        return made
    finally:
        engine.close()


def evaluate_folder(
    folder: Path, sources: Sequence[str], references: Sequence[str]
) -> dict[str, float]:
    """BLEU and chrF2 of the model in ``folder``, which may still be in training."""
    from mt import models

    try:
        targets = translate(str(folder), sources, smoke=False)
    finally:
        # A model in training changes at every evaluation: its conversions are of no use afterwards.
        models.discard_conversion(models.find(str(folder)))
    return {s.name: s.value for s in score(targets, references)}


class _Counts:
    """What sacrebleu counts in each segment (n-grams and lengths), so that any part is scored without counting again."""

    def __init__(self, metric: Any, hypotheses: Sequence[str]) -> None:
        self._metric = metric
        self._rows = metric._extract_corpus_statistics(list(hypotheses), None)

    def score(self, members: Sequence[int]) -> float:
        return float(self._metric._aggregate_and_compute([self._rows[i] for i in members]).score)


def _metrics(names: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, Any]:
    from sacrebleu import BLEU, CHRF, TER

    made = {"BLEU": BLEU, "chrF2": CHRF, "TER": TER}
    return {name: made[name](references=[list(r) for r in references]) for name in names}


def _tested(
    metrics: dict[str, Any],
    hypotheses: Sequence[str],
    baseline: Sequence[str] | None,
    resamples: int,
) -> tuple[tuple[Score, ...], tuple[Score, ...], tuple[Difference, ...]]:
    """Scores of the system, of the baseline, and their differences."""
    from sacrebleu.significance import PairedTest

    systems: list[tuple[str, Sequence[str]]] = [("system", list(hypotheses))]
    if baseline is not None:
        systems.insert(0, ("baseline", list(baseline)))
    # Its declared type mixes the systems' names with their results.
    paired: Any = PairedTest(systems, metrics, None, "bs", resamples)
    signatures, results = paired()
    columns: list[tuple[Score, ...]] = [
        tuple(
            Score(name, float(found.score), str(signatures[name]), float(found.ci))
            for name in metrics
            for found in results[name][at : at + 1]
        )
        for at in range(len(systems))
    ]
    if baseline is None:
        return columns[0], (), ()
    differences = []
    for name in metrics:
        before, after = results[name]
        value = float(after.score - before.score)
        # Where no resample differs, sacrebleu's count of greater differences is nought and its p next to it.
        differences.append(Difference(name, value, float(after.p_value) if value else 1.0))
    return columns[1], columns[0], tuple(differences)
