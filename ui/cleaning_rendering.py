"""What a cleaning dropped and why, for people and for programs."""

from __future__ import annotations

import inspect
from typing import Any

from corpora.filters import Report, StepReport

_WIDTH = 160


def summary(report: Report) -> str:
    """One line, with the counts of the filters that dropped something."""
    counts = ", ".join(f"{s.step.filter.name} {s.dropped:,}" for s in report.steps if s.dropped)
    dropped = report.read - report.kept
    return f"{report.kept:,} of {report.read:,} pairs kept, {dropped:,} dropped" + (
        f" ({counts})" if counts else ""
    )


def as_text(report: Report) -> str:
    """The account for people: each filter with its question, its counts and examples of what it dropped."""
    blocks = [f"{summary(report)}\n{report.signature}", *map(_block, report.steps)]
    return "\n\n".join(blocks)


def as_json(report: Report) -> dict[str, Any]:
    """The account for programs, version 1; scores are one number for the pair, or one for each side."""
    return {
        "version": 1,
        "signature": report.signature,
        "read": report.read,
        "kept": report.kept,
        "filters": [
            {
                "name": step.step.filter.name,
                "settings": dict(step.step.settings),
                "seen": step.seen,
                "dropped": step.dropped,
                "examples": [
                    {
                        "number": example.number,
                        "score": list(example.score),
                        "source": example.source,
                        "target": example.target,
                    }
                    for example in step.examples
                ],
            }
            for step in report.steps
        ],
    }


def _block(step: StepReport) -> str:
    question = (inspect.getdoc(step.step.filter) or "").partition(" Score:")[0]
    share = step.dropped / step.seen if step.seen else 0
    settings = ", ".join(f"{key} {value}" for key, value in step.step.settings.items())
    lines = [
        f"{step.step.filter.name} ({settings}): {step.dropped:,} of {step.seen:,} dropped, {share:.2%}. {question}"
    ]
    for example in step.examples:
        score = ", ".join(f"{one:.2f}".rstrip("0").rstrip(".") for one in example.score)
        lines += [f"  pair {example.number:,}, score {score}"]
        lines += [f"    {_line(side)}" for side in (example.source, example.target)]
    return "\n".join(lines)


def _line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else "�" for c in text).split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
