"""Where else a correction applies: the same sentence again, one with other numbers, or the same phrase; and names learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from corpora.bitext import Pair
from corpora.folding import fold
from corpora.glossary import Term
from corpora.inflection import stems
from corpora.memory import Memory
from corpora.store import Project
from corpora.store.values import SegmentView
from mt.repair import Linker
from mt.wordings import LEARNED, Wording, replaced, wordings

_WORDS = 8  # of a sentence that it is looked up by, the longest
_STEM = 5  # letters that the forms of a longer word have in common
_LETTERS = re.compile(r"[^\W\d_]+")
_HUMAN = ("edited", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a segment would say after the same correction; ``touched`` tells that a person has had a say in it already.

    ``kind`` is "same" (the same source), "numbers" (but for its numbers) or "phrase" (the same phrase of it).
    """

    segment: SegmentView
    target: str
    kind: Literal["same", "numbers", "phrase"]

    @property
    def touched(self) -> bool:
        """Whether it may be changed only after asking."""
        return self.segment.status in _HUMAN


def offers(project: Project, view: SegmentView, before: str, link: Linker) -> list[Offer]:
    """Where the correction of ``view``, which said ``before``, applies too; locked segments are left out. Raises StoreError."""
    if not view.target.strip():
        return []
    made = {(o.segment.document, o.segment.id): o for o in _alike(project, view)}
    if before.strip() and before != view.target:
        for wording in wordings(view.source, before, view.target, link):
            for offer in _saying(project, view, wording):
                made.setdefault((offer.segment.document, offer.segment.id), offer)
    mine = (view.document, view.id)
    return [
        o
        for key, o in made.items()
        if key != mine and o.segment.status != "locked" and o.target != o.segment.target
    ]


def learned(
    project: Project, view: SegmentView, target: str, link: Linker
) -> tuple[list[Term], list[Term]]:
    """Names that ``target`` renders otherwise than ``view`` did, as terms; and the terms learnt before that they replace.

    What a person has put into the glossary stays as it is.
    """
    if not view.target.strip() or view.target == target:
        return [], []
    held = project.terms()
    new: list[Term] = []
    for wording in wordings(view.source, view.target, target, link):
        same = [t for t in held if t.source == wording.source]
        if wording.is_name and all(t.note == LEARNED for t in same) and wording.term not in same:
            new.append(wording.term)
    sources = {t.source for t in new}
    return list(dict.fromkeys(new)), [t for t in held if t.note == LEARNED and t.source in sources]


def _alike(project: Project, view: SegmentView) -> Iterator[Offer]:
    """The same sentence elsewhere in the project, but for case and numbers."""
    words = sorted(set(_LETTERS.findall(fold(view.source))), key=len, reverse=True)[:_WORDS]
    if not words:
        return
    memory = Memory([Pair(view.source, view.target)])
    for other in project.with_words(words):
        if fold(" ".join(other.source.split())) == fold(" ".join(view.source.split())):
            yield Offer(other, view.target, "same")
            continue
        for match in memory.look_up(other.source, minimum=99):
            if match.adapted:
                yield Offer(other, match.target, "numbers")


def _saying(project: Project, view: SegmentView, wording: Wording) -> Iterator[Offer]:
    """Segments of the same document whose source has the words of ``wording`` in any form, and whose translation says as it was."""
    words = _LETTERS.findall(fold(wording.source))
    if not words or not wording.before:
        return
    for other in project.with_words([w[:_STEM] for w in words], document=view.document):
        there = _LETTERS.findall(fold(other.source))
        if all(any(_same_stem(word, o) for o in there) for word in words):
            yield Offer(other, replaced(other.target, wording), "phrase")


def _same_stem(a: str, b: str) -> bool:
    """Whether two folded words are forms of one, as far as their letters tell."""
    if len(a) >= _STEM:
        return b[:_STEM] == a[:_STEM]
    return any(stem.begins(b) for stem in stems(a))


def shown(offers_: Iterable[Offer]) -> list[dict[str, object]]:
    """Offers as the page has them."""
    return [
        {
            "document": o.segment.document, "segment": o.segment.id, "position": o.segment.position,
            "version": o.segment.version, "source": o.segment.source, "before": o.segment.target,
            "target": o.target, "kind": o.kind, "status": o.segment.status, "touched": o.touched,
        }
        for o in offers_
    ]  # fmt: skip
