"""What a project has to adapt a model to: corrections to learn from, and documents that are never learnt from to test on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import casing, news
from corpora.errors import InputError
from corpora.folding import fold
from mt import models
from mt.evaluation_sets import HELD_OUT_SHARE, EvaluationSet, is_held_out, of_project, read_pairs
from mt.models import ModelInfo

if TYPE_CHECKING:
    from corpora.bitext import Status
    from corpora.store import Project

Pairs = tuple[tuple[str, str], ...]

MIN_TEST = 30  # approved segments in held-out documents; fewer tell a gain from chance too seldom
_APPROVED: tuple[Status, ...] = ("approved", "locked")


@dataclass(frozen=True, slots=True)
class Material:
    """What an adaptation works with: pairs to learn from and two test sets, none of whose sources is learnt from.

    ``documents`` counts those that the corrections come from; ``sources`` says in words where the general pairs do.
    """

    parent: ModelInfo
    corrections: Pairs
    documents: int
    general: Pairs
    sources: str
    held_out: EvaluationSet
    general_test: EvaluationSet


def gather(
    project: Project,
    model: str = "",
    *,
    general: Sequence[Path] = (),
    general_test: Path | None = None,
) -> Material:
    """What there is in ``project`` to adapt ``model`` to ("": the one in use), and to test the result on.

    ``general`` are files of pairs in any corpus format; without them our own news corpus is drawn from. So is
    ``general_test``, without which the held-out articles of that corpus are translated. Raises ModelNotFound, and
    InputError where there is nothing to learn from or too little to test on, with what is needed.
    """
    parent = models.find(model)
    approved = list(_approved(project))
    if not approved:
        raise InputError(
            "no segment of the project is approved: correct and approve some in `dragoman review`, or bring approved "
            "pairs in with `dragoman import`"
        )
    held_out = _held_out(project)
    tested = (
        read_pairs(general_test)
        if general_test
        else _as_set("held-out articles of the news corpus", news.article_pairs("held-out"))
    )
    known = {fold(source) for source in (*held_out.sources, *tested.sources)}
    learnt = [
        (document, pair)
        for document, pair in approved
        if not is_held_out(document) and fold(pair[0]) not in known
    ]
    if not learnt:
        raise InputError(
            "all approved segments are kept for testing: approve some in documents that are not held out"
        )
    read = (
        (pair for path in general for pair in _of_set(read_pairs(path)))
        if general
        else (*news.sentence_pairs(), *news.article_pairs())
    )
    mixed = tuple(p for p in map(_plain, read) if fold(p[0]) not in known)
    if not mixed:
        raise InputError("the general pairs are all part of a test set: name others with --general")
    return Material(
        parent,
        tuple(pair for _, pair in learnt),
        len({document for document, _ in learnt}),
        mixed,
        ", ".join(p.name for p in general) or "the news corpus of Dragoman (CC0)",
        held_out,
        tested,
    )


def _approved(project: Project) -> Iterable[tuple[str, tuple[str, str]]]:
    """Document, source and translation of all that is approved, but for headings in capitals: no model sees those so."""
    from corpora.store import Filter

    for pair in project.pairs(Filter(status=_APPROVED)):
        source, target = _plain((pair.source, pair.target))
        turkish = (pair.source_lang, pair.target_lang) == ("tr", "en")
        if turkish and source and target and not casing.is_all_caps(source):
            yield pair.document, (source, target)


def _held_out(project: Project) -> EvaluationSet:
    """The approved segments of the held-out documents. Raises InputError where they are too few."""
    from corpora.store import Filter

    held = [d.id for d in project.documents() if d.lang == "tr" and is_held_out(d.id)]
    if not held:
        raise InputError(
            "none of the project's Turkish documents is held out for testing, so nobody could tell whether an adapted model is "
            f"better; one document in {HELD_OUT_SHARE} is, chosen by its id: add documents until one is"
        )
    found = sum(len(project.segments(d, where=Filter(status=_APPROVED))) for d in held)
    if found < MIN_TEST:
        named = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
        raise InputError(
            f"the held-out documents have {found} approved segments, and it takes {MIN_TEST} to tell a better model from "
            f"chance: approve {MIN_TEST - found} more in {named}, or add documents (one in {HELD_OUT_SHARE} is held out)"
        )
    return replace(of_project(project, held), name="held-out documents")


def _plain(pair: tuple[str, str]) -> tuple[str, str]:
    """A pair on one line, as the trainer's files want it."""
    return " ".join(pair[0].split()), " ".join(pair[1].split())


def _as_set(name: str, pairs: Iterable[tuple[str, str]]) -> EvaluationSet:
    sources, references = zip(*pairs, strict=True)
    return EvaluationSet(name, (references,), sources)


def _of_set(test: EvaluationSet) -> Iterable[tuple[str, str]]:
    return zip(test.sources, test.references[0], strict=True)
