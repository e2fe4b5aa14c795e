"""Translation for everybody: what several clients ask at about the same time goes through the model together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic

from corpora import casing
from mt import protection
from mt.translator import SegmentTranslation, Translator

WINDOW = 0.005  # seconds that the first request waits for others to join it
# Sentences that a worker takes at a time: more would fill batches a little better, and let all wait for the slowest.
ROUND = 8


@dataclass(eq=False)
class _Job:
    """The sentences of one request: those waiting, and the answers."""

    waiting: deque[tuple[int, str]]
    total: int
    names: Mapping[str, str]
    links: bool
    made: dict[int, SegmentTranslation] = field(default_factory=dict)
    done: Future[None] = field(default_factory=Future)


class SharedTranslator(Translator):
    """A `Translator` for many threads: `segments` hands its sentences to the workers and waits.

    There are as many workers as the engine has, so no core is idle while one finishes a long sentence. They take turns
    among the requests that wait, so that a sentence is not held up by an article that came before it. A sentence's
    translation does not depend on its company.
    """

    def __init__(
        self,
        translator: Translator,
        *,
        window: float = WINDOW,
        size: int = ROUND,
        observe: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        """Share ``translator``; ``observe(sentences, requests)`` is told of each round."""
        super().__init__(
            translator.engine,
            model=translator.model,
            search=translator.search,
            source_lang=translator.source_lang,
            target_lang=translator.target_lang,
            glossary=translator.glossary,
        )
        self._inner, self._window, self._size, self._observe = translator, window, size, observe
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._workers = [
            threading.Thread(target=self._work, name="translator", daemon=True)
            for _ in range(translator.engine.workers)
        ]
        for worker in self._workers:
            worker.start()

    def segments(
        self, texts: Iterable[str], *, names: Mapping[str, str] | None = None, links: bool = False
    ) -> Iterator[SegmentTranslation]:
        """See `Translator.segments`; all sentences are read before the first translation comes back."""
        waiting = deque(enumerate(texts))
        job = _Job(waiting, len(waiting), names or {}, links)
        if job.total:
            with self._changed:
                if self._closed:
                    raise RuntimeError("the translator is closed")
                self._jobs.append(job)
                self._changed.notify()
            job.done.result()
        return iter([job.made[i] for i in range(job.total)])

    def close(self) -> None:
        """End the workers; what waits is done first."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()

    @property
    def waiting(self) -> int:
        """Sentences that no round has taken yet."""
        with self._changed:
            return sum(len(job.waiting) for job in self._jobs)

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            # Headings in capitals are spelt after their own document, and links cost time: only the like go together.
            groups: dict[tuple[int, bool], list[tuple[_Job, int, str]]] = {}
            for job, index, text in taken:
                own = id(job) if _is_all_caps(text) else 0
                groups.setdefault((own, job.links), []).append((job, index, text))
            for (own, links), group in groups.items():
                self._translate(group, group[0][0].names if own else {}, links)
            self._observe(len(taken), len({id(job) for job, _, _ in taken}))

    def _translate(
        self, group: list[tuple[_Job, int, str]], names: Mapping[str, str], links: bool
    ) -> None:
        try:
            made = self._inner.segments([text for _, _, text in group], names=names, links=links)
            for (job, index, _), result in zip(group, made, strict=True):
                self._deliver(job, index, result)
        except Exception as error:  # whoever asked is told, and the worker lives on
            with self._changed:
                for job, _, _ in group:
                    job.waiting.clear()
                    if not job.done.done():
                        job.done.set_exception(error)

    def _deliver(self, job: _Job, index: int, result: SegmentTranslation) -> None:
        with self._changed:
            job.made[index] = result
            if len(job.made) == job.total and not job.done.done():
                job.done.set_result(None)

    def _take(self) -> list[tuple[_Job, int, str]] | None:
        """The next round; None at the end."""
        with self._changed:
            while True:
                while not self._jobs:
                    if self._closed:
                        return None
                    self._changed.wait()
                until = monotonic() + self._window
                while (left := until - monotonic()) > 0 and self._count() < self._size:
                    self._changed.wait(left)
                # Meanwhile another worker may have taken them all.
                if taken := self._turn():
                    return taken

    def _turn(self) -> list[tuple[_Job, int, str]]:
        """A share for each request that waits, in turn, until a round is full."""
        taken: list[tuple[_Job, int, str]] = []
        share = max(1, self._size // max(1, len(self._jobs)))
        while self._jobs and len(taken) < self._size:
            job = self._jobs.popleft()
            for _ in range(min(share, len(job.waiting), self._size - len(taken))):
                index, text = job.waiting.popleft()
                taken.append((job, index, text))
            if job.waiting:
                self._jobs.append(job)
        return taken

    def _count(self) -> int:
        return sum(len(job.waiting) for job in self._jobs)


def _is_all_caps(text: str) -> bool:
    return casing.is_all_caps(" ".join(protection.between(text)))
