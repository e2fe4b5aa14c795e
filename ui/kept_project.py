"""Translating with a project: its memory first, then the model; text and translations are kept there."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from corpora.document import Document
from corpora.errors import StoreError
from corpora.memory import ProjectMemory
from corpora.store import Hypothesis, Project
from mt.translator import SegmentTranslation, Translation, Translator
from ui.linking import linker
from ui.remembering import Remembering, remembered


@dataclass(frozen=True, slots=True)
class KeptProject:
    """An open project with its memory."""

    project: Project
    remembering: Remembering

    @classmethod
    def open(cls, place: str) -> Self:
        """Open the project at ``place``, or make it. Raises StoreError."""
        project = Project.open(place)
        return cls(project, Remembering(ProjectMemory(project), linker()))

    def translate(
        self,
        translator: Translator,
        document: Document,
        *,
        progress: Callable[[int, int], None] = lambda *_: None,
        judge: Callable[[Translation], Translation] = lambda made: made,
    ) -> Translation:
        """Translate ``document``, but for what the memory has or what can be made of that, and keep both. Raises StoreError.

        Of a text that is no longer what the project has under that name, the new one is kept beside the old. ``judge``
        says of the machine's sentences how likely they are right.
        """
        kept = self._added(document)
        known = self._known(translator, document)
        translation = judge(translator.translate(document, known=known, progress=progress))
        made = (s for row in translation.segments for s in row)
        proposed = {
            segment.id: _hypothesis(done, translator.model)
            for (_, segment), done in zip(document.segments(), made, strict=True)
            if done.target
        }
        self.project.add(kept, proposed)
        return translation

    def _added(self, document: Document) -> Document:
        """``document`` under the name by which the project has it from now on."""
        text = "\n".join(block.text for block in document.blocks)
        other = f"{document.id}#{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        names = (document.id, other)
        for name in names:
            try:
                kept = replace(document, id=name)
                self.project.add(kept)
            except StoreError:
                if name == names[-1]:
                    raise
            else:
                break
        return kept

    def _known(self, translator: Translator, document: Document) -> dict[str, SegmentTranslation]:
        """The segments that were approved before, word for word or nearly."""
        ids = [segment.id for _, segment in document.segments()]
        texts = ["", *document.sentences(), ""]
        known: dict[str, SegmentTranslation] = {}
        for at, id_ in enumerate(ids):
            before, source, after = texts[at : at + 3]
            if made := self.remembering.known(translator, source, before=before, after=after):
                known[id_] = made
        return known


def _hypothesis(made: SegmentTranslation, model: str) -> Hypothesis:
    if made.origin != "model":
        return remembered(made, model)
    score, judged = math.exp(min(0.0, made.score)), made.judgement
    return Hypothesis(
        made.target, model, score, made.flags, "machine",
        confidence=judged.probability if judged else None, reasons=judged.reasons if judged else (),
    )  # fmt: skip
