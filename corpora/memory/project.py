"""The translation memory of a project: what is approved there, seen by the very next look-up, whoever approved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import RLock
from typing import TYPE_CHECKING, Any

from corpora.bitext import Pair
from corpora.memory.index import MINIMUM, Memory
from corpora.memory.matching import Match

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from corpora.store.project import Project

_KEPT = ("approved", "locked")
# From this many changed segments on, all were changed together (an import), and their neighbours among them.
_MANY = 5000


class ProjectMemory:
    """A Memory that follows a project: each look-up first takes in what was changed since the last one.

    Segments and beads that are approved or locked are remembered, those of removed documents forgotten. Safe to share
    between threads.
    """

    def __init__(
        self, project: Project, *, source_lang: str = "tr", target_lang: str = "en"
    ) -> None:
        """Follow ``project``; the first look-up reads it all."""
        self._project = project
        self._langs = (source_lang, target_lang)
        self._lock = RLock()
        self._begin()

    def _begin(self) -> None:
        self._memory = Memory()
        self._clock = -1
        self._gone: set[int] = set()
        self._segments: dict[int, tuple[int, int]] = {}  # a segment's row: its unit, its document
        self._beads: dict[
            int, tuple[Any, list[int]]
        ] = {}  # an alignment: its beads' fingerprint, its units

    def __len__(self) -> int:
        """Number of pairs remembered."""
        self._follow()
        return len(self._memory)

    def look_up(
        self,
        source: str,
        *,
        before: str | None = None,
        after: str | None = None,
        minimum: int = MINIMUM,
        limit: int = 5,
    ) -> list[Match]:
        """As `Memory.look_up`, over the project as it is at this moment. Raises StoreError."""
        self._follow()
        return self._memory.look_up(
            source, before=before, after=after, minimum=minimum, limit=limit
        )

    def same(
        self, source: str, *, before: str | None = None, after: str | None = None
    ) -> list[Match]:
        """As `Memory.same`, over the project as it is at this moment. Raises StoreError."""
        self._follow()
        return self._memory.same(source, before=before, after=after)

    def _follow(self) -> None:
        from sqlalchemy import select

        from corpora.store.journal import ERASE
        from corpora.store.schema import events, project

        with self._lock, self._project.reading() as connection:
            clock = connection.scalar(select(project.c.clock)) or 0
            if clock == self._clock:
                return
            erased = select(events.c.id).where(events.c.kind == ERASE, events.c.tick > self._clock)
            if self._clock >= 0 and connection.scalar(erased.limit(1)) is not None:
                # Nothing tells which rows are gone, and new ones may have their numbers.
                self._begin()
            self._take_in(connection)
            self._take_in_beads(connection)
            self._clock = clock

    def _take_in(self, connection: Connection) -> None:
        from sqlalchemy import select

        from corpora.store.schema import documents, segments

        gone = set(connection.scalars(select(documents.c.id).where(documents.c.removed)))
        left, back = gone - self._gone, self._gone - gone
        self._gone = gone
        self._forget([row for row, (_, document) in self._segments.items() if document in left])
        if back:
            self._remember(connection.execute(_rows().where(segments.c.document.in_(back))))
        if self._clock < 0:
            self._remember(connection.execute(_rows().where(segments.c.status.in_(_KEPT))))
            return
        changed = connection.execute(
            _rows(around=True).where(segments.c.version > self._clock)
        ).all()
        self._remember(changed)
        if len(changed) <= _MANY:
            # A new neighbour makes a new context.
            around = {row for r in changed for row in (r.row_before, r.row_after)}
            known = sorted(around & set(self._segments) - {r.id for r in changed})
            if known:
                self._remember(connection.execute(_rows().where(segments.c.id.in_(known))))

    def _remember(self, rows: Iterable[Row[Any]]) -> None:
        for r in rows:
            self._forget([r.id])
            there = not r.removed and r.document not in self._gone
            if there and r.status in _KEPT and r.target and (r.lang, r.target_lang) == self._langs:
                unit = self._memory.add(_pair(r), r.before or "", r.after or "")
                self._segments[r.id] = unit, r.document

    def _forget(self, rows: Iterable[int]) -> None:
        for row in rows:
            if held := self._segments.pop(row, None):
                self._memory.remove(held[0])

    def _take_in_beads(self, connection: Connection) -> None:
        from sqlalchemy import func, select

        from corpora.store.schema import alignments, beads

        b = beads.c
        marks = (func.count(), func.sum(b.id), func.min(b.changed), func.max(b.changed))
        held = (
            select(b.alignment, *marks)
            .join(alignments, alignments.c.id == b.alignment)
            .where(b.status.in_(_KEPT), ~b.removed, ~alignments.c.removed)
            .group_by(b.alignment)
        )
        now = {row[0]: tuple(row[1:]) for row in connection.execute(held)}
        for alignment in now.keys() | self._beads.keys():
            mark, units = self._beads.get(alignment, (None, []))
            if mark == now.get(alignment):
                continue
            for unit in units:
                self._memory.remove(unit)
            self._beads.pop(alignment, None)
            if alignment in now:
                added = [self._memory.add(pair) for pair in self._anchors(alignment)]
                self._beads[alignment] = now[alignment], added

    def _anchors(self, alignment: int) -> Iterator[Pair]:
        summary = next(a for a in self._project.alignments() if a.id == alignment)
        for bead in self._project.anchors(alignment):
            if bead.source and bead.target:
                yield Pair(
                    bead.source_text, bead.target_text, *self._langs, score=bead.score, origin="aligned",
                    document=summary.source, status=bead.status,
                )  # fmt: skip


def _rows(*, around: bool = False) -> Select[Any]:
    """Segments with their document and the sources of their neighbours; ``around`` adds the neighbours' rows."""
    from sqlalchemy import select

    from corpora.store.neighbours import neighbour
    from corpora.store.schema import documents, segments

    sides = (("before", False), ("after", True))
    columns = [neighbour("source", later=later).label(name) for name, later in sides]
    if around:
        columns += [neighbour("id", later=later).label(f"row_{name}") for name, later in sides]
    return select(
        segments, documents.c.name, documents.c.lang, documents.c.target_lang, *columns
    ).join(documents, documents.c.id == segments.c.document)


def _pair(r: Row[Any]) -> Pair:
    from corpora.store.database import moment

    return Pair(
        source=r.source, target=r.target, source_lang=r.lang, target_lang=r.target_lang, score=r.score, origin=r.origin,
        document=r.name, segment=r.key, status=r.status, model=r.model, editor=r.editor, created=moment(r.created),
        changed=moment(r.changed),
    )  # fmt: skip
