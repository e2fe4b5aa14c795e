"""Bringing back pairs that were exported from a project and translated elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from corpora.bitext import Pair, Status
from corpora.errors import StoreError
from corpora.store.values import Hypothesis

if TYPE_CHECKING:
    from corpora.store import Project

UPDATED, SAME, STAY, UNKNOWN = (
    "brought back",
    "are as they were",
    "were changed here since and stay",
    "have no segment here",
)
# What another program may say of a translation; whatever else it says, a person has worked on it.
_DECIDED = ("approved", "rejected", "locked")
_BY_PEOPLE = ("edited", *_DECIDED)


def bring_back(project: Project, pairs: Iterable[Pair]) -> Counter[str]:
    """Make the pairs' texts the translations of the segments that they name; returns how many went which way.

    The pairs are all read before anything is changed. Each change is an edit by the project's person, in its history and
    undone as any other; begun again after a crash, the rest is done. A segment that a person changed here after the pair
    was exported, or that is locked, stays, and the pair's text becomes a hypothesis beside it.
    """
    done: Counter[str] = Counter()
    for pair in list(pairs):
        done[_bring_back(project, pair)] += 1
    return done


def _bring_back(project: Project, pair: Pair) -> str:
    place = (pair.document, pair.segment)
    try:
        here = project.segment(*place)
    except StoreError:
        return UNKNOWN
    if here.source != pair.source:
        return UNKNOWN
    status: Status = pair.status or "edited"
    if status not in _DECIDED:
        status = "edited"
    same = pair.target == here.target
    if not pair.target or (same and status in ("edited", here.status)):
        return SAME
    # Some formats keep times to the second.
    is_newer = here.changed and pair.changed and here.changed.replace(microsecond=0) > pair.changed
    if here.status == "locked" or (is_newer and here.status in _BY_PEOPLE):
        if not same:
            project.add_hypothesis(*place, Hypothesis(pair.target, origin="import"))
        return STAY
    if same:
        project.set_status(*place, status, version=here.version, why="import")
    else:
        project.edit(*place, pair.target, version=here.version, status=status, why="import")
    return UPDATED
