"""What the workbench works with: the project, the models, and the translations that are under way."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpora.document import Document
from corpora.errors import DragomanError
from corpora.memory import ProjectMemory
from mt.repair import Repairer
from ui.linking import linker
from ui.remembering import Remembering, remembered, told

if TYPE_CHECKING:
    from alignment.embedding import Encoder
    from corpora.glossary import Glossary
    from corpora.store import Hypothesis, Project
    from corpora.store.values import SegmentView
    from mt.repair import Linker
    from mt.translator import SegmentTranslation, Translator
    from ui.judging import Judge

_log = logging.getLogger(__name__)
GROUP = 4  # sentences that are translated, saved and shown at a time
REPAIRED = 1  # matches that are made to fit, the best first: each takes the model its time


@dataclass
class Job:
    """A document's translation under way; ``error`` says why it ended early."""

    total: int
    done: int = 0
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)


class Desk:
    """One project and what is needed to work on it, shared by everybody who has the page open."""

    def __init__(self, project: Project, *, model: str = "", beam: int = 4) -> None:
        """Work on ``project`` with the translation model called ``model`` (the one in use, if not given)."""
        self.project = project
        self._model, self._beam = model, beam
        # What the translator is put into when it is loaded: a server shares it among its clients.
        self.share: Callable[[Translator], Translator] = lambda translator: translator
        self._translator: Translator | None = None
        self._encoder: Encoder | None = None
        self._judge: Judge | None = None
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._glossary: Glossary | None = None
        self.memory = ProjectMemory(project)

    @property
    def translator(self) -> Translator:
        """The translator, loaded when it is first needed. Raises ModelError where there is none."""
        with self._lock:
            if self._translator is None:
                from mt import models
                from mt.engines import Search
                from mt.translator import Translator

                engine, info = models.load(self._model)
                search = Search(beam=self._beam, length_penalty=info.length_penalty)
                self._translator = self.share(Translator(engine, model=info.name, search=search))
            return self._translator

    @property
    def encoder(self) -> Encoder:
        """The sentence vectors that alignment, word links and quotes go by."""
        with self._lock:
            if self._encoder is None:
                from alignment.embedding import load

                self._encoder = load()
            return self._encoder

    @property
    def link(self) -> Linker:
        """The word links of a sentence and its translation."""
        return linker(self.encoder)

    @property
    def glossary(self) -> Glossary | None:
        """The project's terms as they are now; None where there are none."""
        from corpora.glossary import Glossary

        terms = tuple(self.project.terms())
        with self._lock:
            if self._glossary is None or self._glossary.terms != terms:
                self._glossary = Glossary(terms)
            return self._glossary if terms else None

    @property
    def obeying(self) -> Translator:
        """The translator, going by the project's terms."""
        from mt.translator import Translator

        free, glossary = self.translator, self.glossary
        if glossary is None:
            return free
        return Translator(free.engine, model=free.model, search=free.search, glossary=glossary)

    @property
    def judge(self) -> Judge:
        """What says how likely the translator's sentences are right."""
        with self._lock:
            if self._judge is None:
                from ui.judging import Judge

                model = self.translator.model
                self._judge = Judge(model, encoder=lambda: self.encoder, warn=_log.warning)
            return self._judge

    def warm(self) -> None:
        """Load the models behind the page's back, so that the first question is answered as fast as the others."""
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        try:
            self.translator.complete("Bakan açıklama yaptı.", "The")
            self.encoder.encode(["Bakan açıklama yaptı."])
        except DragomanError:
            return  # whoever asks for a translation is told

    # -- translation

    def add(self, document: Document, person: str) -> str:
        """Put a document into the project, with its quotes, and begin to translate it; returns its id."""
        name = self.project.by(person).add(document)
        if document.lang == "tr":
            self.translate(name)
        return name

    def translate(self, document: str) -> Job:
        """Begin to translate what has no translation yet; a translation that is under way goes on as it is."""
        with self._lock:
            if (job := self._jobs.get(document)) and not job.error:
                return job
            waiting = [s for s in self.project.segments(document) if not s.target]
            job = Job(len(waiting))
            if waiting:
                self._jobs[document] = job
                rows = [(s.id, s.source) for s in waiting]
                threading.Thread(target=self._run, args=(document, rows, job), daemon=True).start()
            return job

    def _run(self, document: str, rows: Sequence[tuple[str, str]], job: Job) -> None:
        from corpora import casing

        try:
            translator = self.translator
            project = self.project.by(translator.model)
            names = casing.printed_names(b.text for b in project.document(document).blocks)
            remembering = Remembering(self.memory, self.link)
            for at in range(0, len(rows), GROUP):
                if job.stop.is_set():
                    break
                group = rows[at : at + GROUP]
                # What a person corrects meanwhile holds for the next sentences.
                obeying = self.obeying
                known = {
                    key: found
                    for key, source in group
                    if (found := remembering.known(obeying, source))
                }
                said = obeying.segments((s for k, s in group if k not in known), names=names)
                made = iter(self.judge.segments(list(said)))
                proposed = {
                    key: hypothesis(known.get(key) or next(made), translator.model)
                    for key, _ in group
                }
                project.add_hypotheses(document, proposed)
                job.done += len(group)
            self._quotes(document)
        except DragomanError as error:
            job.error = str(error)
        finally:
            if not job.error:
                self._jobs.pop(document, None)

    def _quotes(self, document: str) -> None:
        from ui.web.statements import find_quotes

        find_quotes(self.project.by(self.translator.model), document, self.encoder)

    def job(self, document: str) -> Job | None:
        """The document's translation, if it is under way or has just failed (which is told once)."""
        job = self._jobs.get(document)
        if job and job.error:
            self._jobs.pop(document, None)
        return job

    def cancel(self, document: str) -> None:
        """Stop a translation after the sentences at hand; what is done is kept."""
        if job := self._jobs.get(document):
            job.stop.set()

    # -- what helps with a sentence

    def matches(self, view: SegmentView) -> list[dict[str, Any]]:
        """Approved translations of the same or a similar source elsewhere in the project, the best first."""
        around = self.project.segments(view.document, start=max(0, view.position - 1), limit=3)
        sources = {s.position - view.position: s.source for s in around}
        found = self.memory.look_up(
            view.source, before=sources.get(-1, ""), after=sources.get(1, ""), limit=6
        )
        repairer = Repairer(self.obeying, self.link)
        made: list[dict[str, Any]] = []
        for m in found:
            if (m.pair.document, m.pair.segment) == (view.document, view.id):
                continue
            repair = repairer.repair(m, view.source) if len(made) < REPAIRED else None
            made.append(
                {
                    "text": repair.target if repair else m.target, "source": m.pair.source, "score": m.percent / 100,
                    "kind": "repaired" if repair else m.kind, "who": m.pair.editor, "remembered": m.pair.target,
                    "changes": told(repair.changes) if repair else "",
                }
            )  # fmt: skip
        return made[:5]

    def terms(self, view: SegmentView) -> list[dict[str, Any]]:
        """The glossary's terms in a sentence: how each is to be translated, and whether it is."""
        glossary = self.glossary
        if glossary is None:
            return []
        missed = {w.term.source for w in glossary.check(view.source, view.target)}
        return [
            {
                "source": view.source[hit.start : hit.end],
                "target": ", ".join(hit.of("preferred", "allowed")),
                "forbidden": ", ".join(hit.of("forbidden")),
                "used": bool(view.target) and not missed & {t.source for t in hit.terms},
            }
            for hit in glossary.find(view.source)
        ]


def hypothesis(made: SegmentTranslation, model: str) -> Hypothesis:
    """A translation as the project keeps it, its score as a probability."""
    from corpora.store import Hypothesis

    if made.origin != "model":
        return remembered(made, model)
    score = round(min(1.0, math.exp(made.score)), 4)
    judged = made.judgement
    return Hypothesis(
        made.target, model=model, score=score, flags=made.flags,
        confidence=judged.probability if judged else None, reasons=judged.reasons if judged else (),
    )  # fmt: skip
