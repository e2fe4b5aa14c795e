"""The journal: every change of a row is written down with what was there before, and can be taken back.

An event is one thing a person did; its changes are the columns of the rows that it touched. To undo an event puts back what
those columns held, unless a later event that still holds has touched one of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, exists, func, insert, or_, select, update

from corpora.errors import CannotUndo
from corpora.store.schema import beads, changes, clean, documents, events, metadata, segments

BATCH = 1000  # rows that are sent to the database, or read from it, at a time


# Kinds of events that a program can bring about again: they keep nobody from undoing what they rest on.
PROGRAMS = ("machine", "quotes")
ERASE = "erase"  # the kind of event that cannot be taken back


class Writing:
    """A change in the making: what is set here is written down with what was there before."""

    def __init__(self, connection: Connection, person: str, now: str, tick: int) -> None:
        """Begin a change; ``tick`` is the project's clock."""
        self.connection = connection
        self.person = person
        self.now = now
        self.tick = tick
        self._event: dict[str, Any] = {}
        self._changes: list[dict[str, Any]] = []

    def event(
        self,
        kind: str,
        document: str = "",
        segment: str = "",
        *,
        before: str = "",
        after: str = "",
        why: str = "",
    ) -> None:
        """Say what this change is, for the history."""
        self._event = {
            "kind": kind, "document": document, "segment": segment, "before": before, "after": after, "why": why,
        }  # fmt: skip

    def create(self, table: Table, **values: Any) -> int:
        """Insert a row; returns its id."""
        if "version" in table.c:
            values["version"] = self.tick
        made: int = self.connection.execute(
            insert(table).values(**values).returning(table.c.id)
        ).scalar_one()
        self.created(table, [made])
        return made

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Insert many rows of the same columns, unlogged; returns their ids, of a table that has them."""
        if not rows:
            return []
        made = insert(table)
        if "id" in table.c:
            made = made.returning(table.c.id, sort_by_parameter_order=True)
        elif self.connection.dialect.name == "postgresql":
            # Only what returns something is sent many rows at a time.
            made = made.returning(*table.primary_key.columns)
        done = self.connection.execute(made, list(rows))
        return list(done.scalars()) if "id" in table.c else []

    def created(self, table: Table, rows: Iterable[int]) -> None:
        """Write down that these rows are new; what depends on them alone need not be written down."""
        for row in rows:
            self._log(table, row, {"removed": True}, {"removed": False})

    def set(self, table: Table, row: int, **values: Any) -> bool:
        """Change columns of a row; returns whether anything became different."""
        values = {k: clean(v) if isinstance(v, str) else v for k, v in values.items()}
        columns = [table.c[name] for name in values]
        old = self.connection.execute(select(*columns).where(table.c.id == row)).one()._asdict()
        before = {k: v for k, v in old.items() if v != values[k]}
        if not before:
            return False
        after = {k: values[k] for k in before}
        self._put(table, [row], after)
        self._log(table, row, before, after)
        return True

    def remove(self, table: Table, rows: Sequence[int]) -> None:
        """Take rows out of sight."""
        self._put(table, rows, {"removed": True})
        for row in rows:
            self._log(table, row, {"removed": False}, {"removed": True})

    def rest_on(self, table: Table, row: int) -> None:
        """Write down that this change needs the row as it is."""
        self._log(table, row, {}, {})

    def record(self) -> None:
        """Write the event, if anything became different."""
        if not self._changes:
            return
        values = {**self._event, "tick": self.tick, "made": self.now, "person": self.person}
        event = self.connection.scalar(insert(events).values(**values).returning(events.c.id))
        self.insert(
            changes, [{"event": event, "number": n, **c} for n, c in enumerate(self._changes)]
        )

    def reverse(self, event: Row[Any], *, undo: bool) -> None:
        """Undo an event, or do it again. Raises CannotUndo where somebody built on it since."""
        if event.kind == ERASE:
            raise CannotUndo("what was erased is gone for good; a backup from before may have it")
        what = f"cannot {'undo' if undo else 'redo'} the {event.kind} of {event.segment or event.document}"
        logged = self.connection.execute(
            select(changes).where(changes.c.event == event.id).order_by(changes.c.number)
        ).all()
        if later := self._later(event):
            raise CannotUndo(f"{what}: {later} has changed it since")
        ordered = reversed(logged) if undo else logged
        # An event may have touched thousands of rows, most of them in the same way.
        for (tab, before, after), alike in groupby(
            ordered, key=lambda c: (c.tab, c.before, c.after)
        ):
            rows, table = [c.row for c in alike], metadata.tables[tab]
            old, new = (after, before) if undo else (before, after)
            if not self._hold(table, rows, old):
                raise CannotUndo(f"{what}: it has changed since")
            self._put(table, rows, new)
        values = {"undone": undo, "tick": self.tick}
        self.connection.execute(update(events).where(events.c.id == event.id).values(**values))

    def _later(self, event: Row[Any]) -> str | None:
        """Who did something that rests on ``event`` and still holds."""
        mine, other = changes.alias(), changes.alias()
        touched = exists().where(
            mine.c.event == event.id,
            other.c.event == events.c.id,
            mine.c.tab == other.c.tab,
            mine.c.row == other.c.row,
        )
        # Into what this event brought or took away, others may have put something of their own.
        whole = and_(mine.c.event == event.id, mine.c.whole)
        inside = or_(
            exists().where(
                whole,
                mine.c.tab == "documents",
                mine.c.row == documents.c.id,
                documents.c.name == events.c.document,
            ),
            exists().where(
                whole,
                mine.c.tab == "segments",
                mine.c.row == segments.c.id,
                segments.c.key == events.c.segment,
                events.c.document == event.document,
            ),
            exists().where(
                whole,
                mine.c.tab == "alignments",
                mine.c.row == beads.c.alignment,
                other.c.event == events.c.id,
                other.c.tab == "beads",
                other.c.row == beads.c.id,
            ),
        )
        found = select(events.c.person).where(
            events.c.id > event.id,
            ~events.c.undone,
            or_(
                touched, and_(inside, events.c.person != event.person, ~events.c.kind.in_(PROGRAMS))
            ),
        )
        return self.connection.scalar(found.order_by(events.c.id.desc()).limit(1))

    def _hold(self, table: Table, rows: Sequence[int], values: dict[str, Any]) -> bool:
        if not values:
            return True
        columns = select(*(table.c[name] for name in values))
        return all(
            row._asdict() == values
            for at in range(0, len(rows), BATCH)
            for row in self.connection.execute(columns.where(table.c.id.in_(rows[at : at + BATCH])))
        )

    def _put(self, table: Table, rows: Sequence[int], values: dict[str, Any]) -> None:
        if not values:
            return
        if "version" in table.c:
            values = {**values, "version": self.tick}
        for at in range(0, len(rows), BATCH):
            chosen = table.c.id.in_(rows[at : at + BATCH])
            self.connection.execute(update(table).where(chosen).values(**values))

    def _log(self, table: Table, row: int, before: dict[str, Any], after: dict[str, Any]) -> None:
        self._changes.append(
            {
                "tab": table.name,
                "row": row,
                "before": before,
                "after": after,
                "whole": "removed" in before,
            }
        )


def last_done(connection: Connection, person: str) -> Row[Any] | None:
    """The person's last event that holds."""
    mine = select(events).where(events.c.person == person, ~events.c.undone, events.c.kind != ERASE)
    return connection.execute(mine.order_by(events.c.id.desc()).limit(1)).first()


def next_undone(connection: Connection, person: str) -> Row[Any] | None:
    """The person's first undone event after the last that holds: what was undone before a new change stays undone."""
    held = (
        select(func.coalesce(func.max(events.c.id), 0))
        .where(events.c.person == person, ~events.c.undone)
        .scalar_subquery()
    )
    undone = select(events).where(events.c.person == person, events.c.undone, events.c.id > held)
    return connection.execute(undone.order_by(events.c.id).limit(1)).first()


def touched_by_others(
    connection: Connection, table: Table, rows: Sequence[int], since: int, person: str
) -> bool:
    """Whether anybody but ``person`` changed one of the rows after the clock stood at ``since``."""
    found = select(events.c.id).join(changes, changes.c.event == events.c.id)
    found = found.where(
        changes.c.tab == table.name,
        changes.c.row.in_(rows),
        events.c.tick > since,
        events.c.person != person,
    )
    return connection.execute(found.limit(1)).first() is not None
