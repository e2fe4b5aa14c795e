"""Project: the whole of it, put together from what can be done with each part."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from corpora.errors import CannotUndo, StoreError
from corpora.store import backups
from corpora.store.database import faults, moment
from corpora.store.erasing import Erasing
from corpora.store.journal import last_done, next_undone
from corpora.store.schema import (
    alignments,
    beads,
    changes,
    documents,
    events,
    project,
    quotes,
    segments,
    terms,
)
from corpora.store.values import Event, Stats


class Project(Erasing):
    """A project in one person's hands; open it with `Project.open`."""

    def history(
        self,
        document: str | None = None,
        segment: str | None = None,
        *,
        person: str | None = None,
        limit: int | None = 100,
    ) -> list[Event]:
        """What was done, newest first: in the whole project, to a document or to a segment, by everybody or by one person."""
        with self.reading() as connection:
            chosen = select(events)
            if document is not None:
                chosen = chosen.where(events.c.document == document)
            if segment is not None:
                chosen = chosen.where(_touches(document, segment))
            if person is not None:
                chosen = chosen.where(events.c.person == person)
            return [
                _event(r)
                for r in connection.execute(chosen.order_by(events.c.id.desc()).limit(limit))
            ]

    def undo(self, event: int | None = None) -> Event:
        """Take back this person's last change, or the one of that id, alone.

        Raises CannotUndo where there is none, or where it was built on since.
        """
        with self.writing() as w:
            row = (
                last_done(w.connection, self.person)
                if event is None
                else self._mine(w.connection, event, undone=False)
            )
            if row is None:
                raise CannotUndo(f"{self.person} has nothing to undo here")
            w.reverse(row, undo=True)
        return _event(row, undone=True)

    def redo(self, event: int | None = None) -> Event:
        """Do again what this person undid last, or the undone change of that id.

        Raises CannotUndo where there is nothing, or where the same was changed since.
        """
        with self.writing() as w:
            row = (
                next_undone(w.connection, self.person)
                if event is None
                else self._mine(w.connection, event, undone=True)
            )
            if row is None:
                raise CannotUndo(f"{self.person} has nothing to redo here")
            w.reverse(row, undo=False)
        return _event(row, undone=False)

    def clock(self) -> int:
        """A number that grows with every change by anybody: nothing is new while it stays the same."""
        with self.reading() as connection:
            return int(connection.execute(select(project.c.clock)).scalar_one())

    def stats(self) -> Stats:
        """How much there is, and who did how much."""
        with self.reading() as connection:
            here = segments.join(documents, documents.c.id == segments.c.document)
            counts = select(segments.c.status, func.count()).select_from(here)
            counts = counts.where(~segments.c.removed, ~documents.c.removed)
            status = _pairs(connection.execute(counts.group_by(segments.c.status)))
            people = select(events.c.person, func.count()).where(
                ~events.c.undone, events.c.kind != "machine"
            )
            return Stats(
                documents=_count(connection, documents),
                segments=sum(status.values()),
                status=status,
                alignments=_count(connection, alignments),
                beads=_count(
                    connection, beads.join(alignments), ~beads.c.removed, ~alignments.c.removed
                ),
                quotes=_count(
                    connection, quotes.join(documents), ~quotes.c.removed, ~documents.c.removed
                ),
                terms=_count(connection, terms),
                people=_pairs(connection.execute(people.group_by(events.c.person))),
            )

    def backup(self, path: str | Path | None = None) -> Path:
        """Copy the project as it is at this moment; returns where.

        Without ``path`` the copy goes into a folder beside the project, where the latest ten are kept. Raises StoreError where
        it cannot be written, or the project is on PostgreSQL.
        """
        if "://" in self.place:
            raise StoreError(
                "a project on PostgreSQL is backed up with `pg_dump`, which copies it while it is in use"
            )
        if path and Path(path).resolve() == Path(self.place).resolve():
            raise StoreError(f"{path} is the project itself; name another file for the backup")
        try:
            with faults(self.place):
                return backups.make(Path(self.place), Path(path) if path else None)
        except OSError as error:
            raise StoreError(
                f"cannot write a backup of {self.place}: {error.strerror or error}"
            ) from error

    def check(self) -> list[str]:
        """What is wrong with the database, a line each; nothing, if it is sound."""
        if "://" in self.place:
            return []  # PostgreSQL checks its pages as it reads them, and foreign keys as it writes
        with self.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            keys = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [p for p in pages if p != "ok"] + [
            f"{k[0]} row {k[1]} points at no row of {k[2]}" for k in keys
        ]

    def _mine(self, connection: Connection, event: int, *, undone: bool) -> Row[Any]:
        row = connection.execute(select(events).where(events.c.id == event)).first()
        if row is None:
            raise CannotUndo(f"there is no change {event} in this project")
        if row.person != self.person:
            raise CannotUndo(f"change {event} is {row.person}'s; everybody undoes their own")
        if row.undone != undone:
            raise CannotUndo(f"change {event} {'holds' if undone else 'is undone'} already")
        return row


def _touches(document: str | None, segment: str) -> Any:
    """Events about a segment, those among them that are about many."""
    row = select(segments.c.id).join(documents).where(segments.c.key == segment)
    if document is not None:
        row = row.where(documents.c.name == document)
    through = select(changes.c.event).where(changes.c.tab == "segments", changes.c.row.in_(row))
    return or_(events.c.segment == segment, events.c.id.in_(through))


def _count(connection: Connection, table: Any, *live: Any) -> int:
    rows = select(func.count()).select_from(table).where(*(live or (~table.c.removed,)))
    return connection.execute(rows).scalar_one()


def _pairs(rows: Iterable[Any]) -> dict[Any, int]:
    return {row[0]: row[1] for row in rows}


def _event(r: Row[Any], *, undone: bool | None = None) -> Event:
    return Event(
        r.id, moment(r.made), r.person, r.kind, r.document, r.segment, r.before, r.after, r.why,
        r.undone if undone is None else undone,
    )  # fmt: skip
