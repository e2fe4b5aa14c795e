"""What the memory of a project knows of a sentence: its translation word for word, or one that was made to fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpora.memory import ProjectMemory
from corpora.store import Hypothesis
from mt import quality
from mt.repair import LEAST, Change, Linker, Repairer
from mt.translator import SegmentTranslation, Translator

_TRIED = 3  # matches that a repair is tried of, the best first


@dataclass(frozen=True, slots=True)
class Remembering:
    """A memory, and what links the words of a remembered sentence with those of its translation."""

    memory: ProjectMemory
    link: Linker

    def known(
        self,
        translator: Translator,
        source: str,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> SegmentTranslation | None:
        """What stands for ``source`` without translating it: approved before, or repaired; None where it is to be translated.

        ``before`` and ``after`` are its neighbours, which decide between several. Raises StoreError.
        """
        for match in self.memory.same(source, before=before, after=after):
            flags = quality.check(source, match.target, source_lang=translator.source_lang)
            return SegmentTranslation(
                source, match.target, 0.0, flags, origin="memory", percent=match.percent
            )
        repairer = Repairer(translator, self.link)
        for match in self.memory.look_up(source, minimum=LEAST, limit=_TRIED):
            if made := repairer.repair(match, source):
                flags = quality.check(source, made.target, source_lang=translator.source_lang)
                return SegmentTranslation(
                    source, made.target, 0.0, flags, origin="repaired", percent=made.percent,
                    changes=made.changes,
                )  # fmt: skip
        return None


def remembered(made: SegmentTranslation, model: str) -> Hypothesis:
    """What the memory knew, as a project keeps it; ``model`` is what repaired it."""
    if made.origin == "memory":
        return Hypothesis(made.target, "memory", 1.0, made.flags, "memory")
    share = (made.percent or 0) / 100
    return Hypothesis(
        made.target, model, share, made.flags, "repaired", repair=f"{made.percent} %: {told(made.changes)}"
    )  # fmt: skip


def told(changes: Iterable[Change]) -> str:
    """What was changed in a remembered translation, in one line for people."""
    return "; ".join(
        f"{c.was or '–'} → {c.now or '–'} ({c.old or '–'} → {c.new or '–'})" for c in changes
    )
