"""Evaluations and the course of a project's results as tables for the terminal and as JSON."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mt.evaluation import SEGMENT_METRIC, Evaluation, Score, ScoredSegment

if TYPE_CHECKING:
    from rich.table import Table

    from corpora.store.values import Result

JSON_VERSION = 1
_SHOWN = 5  # worst segments under the tables


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The documented JSON of `dragoman evaluate`."""
    e = evaluation
    systems = [(e.system, e.scores)] + ([(e.against, e.baseline)] if e.baseline else [])
    return {
        "version": JSON_VERSION,
        "test": e.test,
        "systems": [{"name": n, "scores": [_score(s) for s in scores]} for n, scores in systems],
        "differences": [
            {"metric": d.name, "value": d.value, "p": d.p, "verdict": d.verdict}
            for d in e.differences
        ],
        "buckets": [
            {"group": b.group, "name": b.name, "size": b.size, "scores": b.scores}
            | ({"baseline": b.baseline} if b.baseline else {})
            for b in e.buckets
        ],
        "segments": [_segment(s) for s in e.segments],
    }


def as_table(evaluation: Evaluation, *, color: bool) -> str:
    """Tables for people: scores, buckets, and the worst segments."""
    from rich.text import Text

    e = evaluation
    scores = _table(f"{e.test}: {len(e.segments)} segments")
    for head in ("Metric", e.system, *((e.against, "difference", "p", "") if e.baseline else ())):
        scores.add_column(Text(head), justify="left" if head in ("Metric", "") else "right")
    for at, score in enumerate(e.scores):
        row = [score.name, _value(score)]
        if at < len(e.differences):
            d = e.differences[at]
            row += [_value(e.baseline[at]), f"{d.value:+.2f}", f"{d.p:.3f}", d.verdict]
        scores.add_row(*row)
    buckets = _table("")
    for head in ("Bucket", "", "segments", "BLEU", "chrF2", *(["± chrF2"] if e.baseline else [])):
        buckets.add_column(head, justify="left" if head in ("Bucket", "") else "right")
    before = ""
    for b in e.buckets:
        row = [b.group if b.group != before else "", b.name, str(b.size)]
        row += [f"{b.scores[n]:.2f}" for n in ("BLEU", SEGMENT_METRIC)]
        if e.baseline:
            row.append(f"{b.scores[SEGMENT_METRIC] - b.baseline[SEGMENT_METRIC]:+.2f}")
        buckets.add_row(*row)
        before = b.group
    lines = [Text(f"{s.name}|{s.signature}", style="dim") for s in e.scores]
    return _printed([scores, *lines, buckets, *_worst(e)], color=color)


def history_json(results: Sequence[Result]) -> dict[str, Any]:
    """The documented JSON of `dragoman evaluate --history`."""
    return {
        "version": JSON_VERSION,
        "results": [
            {
                "when": r.when.isoformat() if r.when else None,
                "model": r.model,
                "test": r.test,
                "scores": dict(r.scores),
                "signature": r.signature,
            }
            for r in results
        ],
    }


def history_table(results: Sequence[Result], *, color: bool) -> str:
    """A row for each result, oldest first."""
    from rich.text import Text

    names = list(dict.fromkeys(n for r in results for n in r.scores))
    table = _table("")
    for head in ("Date", "Model", "Test set", *names):
        table.add_column(head, justify="right" if head in names else "left")
    for r in results:
        values = [f"{r.scores[n]:.2f}" if n in r.scores else "–" for n in names]
        when = f"{r.when:%Y-%m-%d %H:%M}" if r.when else "–"
        table.add_row(when, Text(r.model), Text(r.test), *values)
    return _printed([table], color=color)


def _score(score: Score) -> dict[str, Any]:
    return {
        "metric": score.name,
        "value": score.value,
        "interval": score.interval,
        "signature": score.signature,
    }


def _segment(s: ScoredSegment) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": s.number,
        "source": s.source,
        "reference": s.reference,
        "hypothesis": s.hypothesis,
        SEGMENT_METRIC: s.score,
    }
    if s.baseline is not None:
        row |= {"baseline": s.baseline, f"baseline_{SEGMENT_METRIC}": s.baseline_score}
    return row


def _value(score: Score) -> str:
    return f"{score.value:.2f}" + (f" ± {score.interval:.2f}" if score.interval else "")


def _worst(evaluation: Evaluation) -> Iterator[Any]:
    from rich.text import Text

    yield Text(f"\nWorst segments by {SEGMENT_METRIC}", style="bold")
    for s in evaluation.worst(_SHOWN):
        yield Text(f"{s.number:>6}  {s.score:5.1f}  {s.hypothesis}")
        yield Text(f"{'':13}  {s.reference}", style="dim")


def _table(title: str) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    return Table(title=title or None, box=SIMPLE, title_justify="left", pad_edge=False)


def _printed(parts: Sequence[Any], *, color: bool) -> str:
    from rich.console import Console

    stream = io.StringIO()
    width = None if color else 118
    console = Console(file=stream, force_terminal=color, no_color=not color, width=width)
    for part in parts:
        console.print(part)
    return stream.getvalue()
