"""How a project's review is going, as tables for plots: progress, edits by kind, distance to the machine, time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from corpora.store import Filter

if TYPE_CHECKING:
    from corpora.store import Project
    from corpora.store.values import DocumentSummary, Event

# Two changes further apart than this have a pause between them.
PAUSE = timedelta(minutes=5)
# Segments whose distance to the machine's text is measured, the last changed of each document first.
MEASURED = 400
EVENTS = 20_000


def progress(project: Project) -> pd.DataFrame:
    """Segments by document and status."""
    rows = [
        (_short(d.title or d.id), status, number)
        for d in _worked_on(project)
        for status, number in d.status.items()
    ]
    return pd.DataFrame(rows, columns=["document", "status", "segments"])


def _worked_on(project: Project) -> list[DocumentSummary]:
    """The documents that are being translated; others are there to be aligned with."""
    return [d for d in project.documents() if set(d.status) - {"new"}]


def words(project: Project) -> tuple[int, int]:
    """Words of the source that are reviewed, and words there are."""
    done = everything = 0
    for d in _worked_on(project):
        for s in project.segments(d.id):
            number = len(s.source.split())
            everything += number
            done += number if s.status in ("approved", "locked", "rejected") else 0
    return done, everything


def edits(project: Project) -> pd.DataFrame:
    """What people did, by kind: how often."""
    counts = Counter(e.kind for e in _by_people(project))
    return pd.DataFrame(counts.most_common(), columns=["kind", "times"])


def distances(project: Project) -> pd.DataFrame:
    """How far reviewed sentences went from the machine's: how many of them, by the share of words changed.

    The share is the Levenshtein distance over words by the length of the longer text, in five steps.
    """
    steps = Counter[str]()
    for distance in _distances(project):
        steps[_step(distance)] += 1
    names = ["0 %", "1–20 %", "21–40 %", "41–60 %", "61–80 %", "81–100 %"]
    return pd.DataFrame([(n, steps[n]) for n in names], columns=["changed", "sentences"])


def _step(distance: float) -> str:
    if distance == 0:
        return "0 %"
    upper = next(u for u in (20, 40, 60, 80, 100) if distance <= u / 100)
    return f"{upper - 19}–{upper} %"


def _distances(project: Project) -> Iterator[float]:
    from rapidfuzz.distance import Levenshtein

    where = Filter(status=("edited", "approved", "locked"))
    for d in project.documents():
        held = sorted(project.segments(d.id, where=where), key=lambda s: s.version)[-MEASURED:]
        for s in held:
            made = (h.text for h in project.hypotheses(d.id, s.id) if h.origin == "machine")
            if machine := next(made, ""):
                yield Levenshtein.normalized_distance(machine.split(), s.target.split())


def people(project: Project) -> pd.DataFrame:
    """Who did how much, and in how many minutes: pauses of more than five minutes are not counted."""
    by: dict[str, list[Event]] = {}
    for e in _by_people(project):
        by.setdefault(e.person, []).append(e)
    rows = [(name, len(done), round(_minutes([e.when for e in done]))) for name, done in by.items()]
    return pd.DataFrame(sorted(rows, key=lambda r: -r[1]), columns=["person", "changes", "minutes"])


def _minutes(times: Sequence[datetime]) -> float:
    gaps = [later - earlier for earlier, later in pairwise(sorted(times))]
    return sum((g for g in gaps if g <= PAUSE), timedelta()).total_seconds() / 60


def _by_people(project: Project) -> list[Event]:
    found = project.history(limit=EVENTS)
    machines = {e.person for e in found if e.kind == "machine"}
    return [e for e in found if e.person not in machines and not e.undone]


def _short(title: str) -> str:
    return title if len(title) <= 42 else title[:40] + "…"
