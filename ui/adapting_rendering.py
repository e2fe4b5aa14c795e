"""What came of an adaptation, as a few lines for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mt.adapting import Outcome, Trial

JSON_VERSION = 1


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The documented JSON of `dragoman models adapt`."""
    return {
        "version": JSON_VERSION,
        "kept": outcome.kept,
        "model": outcome.model or None,
        "parent": outcome.parent,
        "date": outcome.date,
        "corrections": outcome.corrections,
        "documents": outcome.documents,
        "tests": [_trial(t) for t in outcome.trials],
        "reasons": list(outcome.reasons),
        "tokens": outcome.tokens,
        "seconds": round(outcome.seconds, 1),
    }


def as_text(outcome: Outcome) -> str:
    """The verdict, the scores of both models on each test, and the reasons where the new one was not kept."""
    first = (
        f"kept\t{outcome.model}\tfrom {outcome.parent}"
        if outcome.kept
        else f"not kept\t{outcome.parent} stays"
    )
    learnt = f"learnt from\t{outcome.corrections} approved segments of {outcome.documents} documents in {outcome.seconds:.0f} s"
    lines = [
        first,
        learnt,
        *(
            f"{t.test} ({t.size})\tchrF2 {t.before.value:.1f} → {t.after.value:.1f}\tsure gain {t.sure:+.2f}"
            for t in outcome.trials
        ),
        *outcome.reasons,
    ]
    return "".join(f"{line}\n" for line in lines)


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "test": trial.test,
        "segments": trial.size,
        "metric": trial.before.name,
        "signature": trial.before.signature,
        "before": trial.before.value,
        "after": trial.after.value,
        "sure_gain": trial.sure,
        "required": trial.required,
        "passed": trial.passed,
    }
