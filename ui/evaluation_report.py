"""The evaluation report: one HTML file that stands alone, with plots; and the course of a project's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from mt.evaluation import SEGMENT_METRIC, Evaluation, ScoredSegment
from ui.plots import Series, bars, counts, histogram, line

if TYPE_CHECKING:
    from corpora.store.values import Result

_EDGES = [float(e) for e in range(0, 101, 10)]
_SHOWN = 20  # segments in each list


def report(evaluation: Evaluation) -> str:
    """The whole page about one evaluation."""
    title = f"{evaluation.system} on {evaluation.test}"
    body = [
        f"<header><h1>{escape(title)}</h1><p>{len(evaluation.segments)} segments"
        + (f" · against {escape(evaluation.against)}" if evaluation.against else "")
        + "</p></header>\n",
        *_scores(evaluation),
        *_buckets(evaluation),
        _spread(evaluation),
        *_segments("Worst segments", evaluation.worst(_SHOWN), evaluation),
    ]
    if evaluation.against:
        lost = evaluation.changed(_SHOWN, gains=False)
        gained = evaluation.changed(_SHOWN, gains=True)
        body += _segments(f"Lost most against {evaluation.against}", lost, evaluation)
        body += _segments(f"Gained most against {evaluation.against}", gained, evaluation)
    return _page(title, body)


def history(results: Sequence[Result], project: str) -> str:
    """The whole page about a project's results: for each test set, every metric over time, and the figures."""
    body = [f"<header><h1>Did it get better?</h1><p>{escape(project)}</p></header>\n"]
    ordered = sorted(results, key=lambda r: r.test)
    for test, group in groupby(ordered, key=lambda r: r.test):
        rows = sorted(group, key=lambda r: r.when.timestamp() if r.when else 0)
        body.append(f"<h2>{escape(test)}</h2>\n")
        for name in dict.fromkeys(n for r in rows for n in r.scores):
            with_it = [r for r in rows if name in r.scores]
            labels = [_when(r)[:10] for r in with_it]
            body.append(line(labels, [Series(name, [r.scores[name] for r in with_it])], title=name))
        body += _result_table(rows)
    return _page("Did it get better?", body)


def _page(title: str, body: Iterable[str]) -> str:
    style = "".join(
        files("ui").joinpath(name).read_text("utf-8")
        for name in ("report.css", "evaluation_report.css")
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n<body>\n{''.join(body)}</body>\n</html>\n"
    )


def _scores(evaluation: Evaluation) -> Iterator[str]:
    names = [s.name for s in evaluation.scores]
    systems = [(evaluation.system, evaluation.scores)]
    if evaluation.baseline:
        systems.append((evaluation.against, evaluation.baseline))
    series = [
        Series(name, [s.value for s in scores], [s.interval for s in scores])
        for name, scores in systems
    ]
    yield bars(names, series, title="Scores with 95 % confidence intervals")
    if evaluation.differences:
        yield '<div class="wide"><table><tr><th>Metric<th>Difference<th>p<th class="text">Verdict</tr>'
        for d in evaluation.differences:
            yield (
                f"<tr><td>{d.name}<td>{d.value:+.2f}<td>{d.p:.3f}"
                f'<td class="text {d.verdict.split()[0]}">{d.verdict}</tr>'
            )
        yield "</table></div>\n"
    for score in evaluation.scores:
        yield f"<p><code>{score.name}|{escape(score.signature)}</code></p>\n"


def _buckets(evaluation: Evaluation) -> Iterator[str]:
    yield "<h2>Where it is good, and where not</h2>\n"
    for group, found in groupby(evaluation.buckets, key=lambda b: b.group):
        rows = list(found)
        series = [Series(evaluation.system, [b.scores[SEGMENT_METRIC] for b in rows])]
        if evaluation.against:
            baseline = [b.baseline[SEGMENT_METRIC] for b in rows]
            series.append(Series(evaluation.against, baseline))
        labels = [f"{b.name} ({b.size})" for b in rows]
        yield bars(labels, series, title=f"{SEGMENT_METRIC} by {group}")


def _spread(evaluation: Evaluation) -> str:
    found = [list(counts([s.score for s in evaluation.segments], _EDGES))]
    if evaluation.against:
        found.append(list(counts([s.baseline_score or 0 for s in evaluation.segments], _EDGES)))
    names = (evaluation.system, evaluation.against)
    series = [Series(name, values) for name, values in zip(names, found, strict=False)]
    return histogram(_EDGES, series, title=f"Segments by {SEGMENT_METRIC}")


def _segments(
    title: str, segments: Sequence[ScoredSegment], evaluation: Evaluation
) -> Iterator[str]:
    if not segments:
        return
    yield f"<h2>{escape(title)}</h2>\n"
    for segment in segments:
        yield f'<section class="segment"><span>line {segment.number}</span><p>{SEGMENT_METRIC} {segment.score:.1f}'
        if segment.baseline_score is not None:
            yield f" ({escape(evaluation.against)}: {segment.baseline_score:.1f})"
        yield "</p>"
        if segment.source:
            yield f"<span>source</span><p>{escape(segment.source)}</p>"
        yield f"<span>reference</span><p>{escape(segment.reference)}</p>"
        yield f"<span>{escape(evaluation.system)}</span><p>{_marked(segment.hypothesis, segment.reference)}</p>"
        if segment.baseline is not None:
            yield f"<span>{escape(evaluation.against)}</span><p>{_marked(segment.baseline, segment.reference)}</p>"
        yield "</section>\n"


def _marked(hypothesis: str, reference: str) -> str:
    """The hypothesis, with the words that the reference does not have in that order marked."""
    words, wanted = hypothesis.split(), reference.split()
    out: list[str] = []
    matcher = SequenceMatcher(None, wanted, words, autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        text = escape(" ".join(words[start:end]))
        if text:
            out.append(text if kind == "equal" else f"<mark>{text}</mark>")
    return " ".join(out) or "—"


def _result_table(rows: Sequence[Result]) -> Iterator[str]:
    names = list(dict.fromkeys(n for r in rows for n in r.scores))
    heads = "".join(f"<th>{escape(n)}" for n in names)
    yield f'<div class="wide"><table><tr><th>Date<th class="text">Model{heads}<th class="text">Signature</tr>'
    for row in rows:
        cells = "".join(f"<td>{row.scores[n]:.2f}" if n in row.scores else "<td>–" for n in names)
        yield (
            f'<tr><td>{_when(row)}<td class="text">{escape(row.model)}{cells}'
            f'<td class="text"><code>{escape(row.signature)}</code></tr>'
        )
    yield "</table></div>\n"


def _when(result: Result) -> str:
    return f"{result.when:%Y-%m-%d %H:%M}" if result.when else "–"
