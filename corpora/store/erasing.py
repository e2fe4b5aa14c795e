"""Erasing documents for good: people have a right to be forgotten, and a journal that never forgets has to let go of them.

What hangs on a document is found by the foreign keys of the schema, so a table that comes to it is erased from as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update

from corpora.errors import StoreError
from corpora.store.database import BUSY
from corpora.store.journal import BATCH, ERASE, Writing
from corpora.store.lists import Lists
from corpora.store.schema import changes, documents, events, metadata, quote_pairs, quotes
from corpora.store.values import Extent


class Erasing(Lists):
    """What cannot be undone."""

    def extent(self, names: Sequence[str]) -> Extent:
        """What `erase` of these documents would take away. Raises StoreError where one of them was never here."""
        with self.reading() as connection:
            return _extent(connection, names)

    def erase(self, names: Sequence[str]) -> Extent:
        """Delete documents, removed ones of these names too, with all that hangs on them; returns what is gone.

        Their translations, comments, quotes, alignments and memory go, and what history says of them. Documents that they
        were aligned with stay. On SQLite the file is written anew, so that no trace is left in it; backups are not touched.
        Raises StoreError where one was never here.
        """
        with self.writing() as w:
            gone = _extent(w.connection, names)
            _release_partners(w.connection, names)
            _erase_history(w, names)
            for table in reversed(metadata.sorted_tables):
                if (doomed := _doomed(table, names)) is not None:
                    w.connection.execute(delete(table).where(doomed))
            if w.connection.dialect.name == "sqlite":
                # Until its parts are merged, the index of words keeps what was deleted.
                w.connection.exec_driver_sql(
                    "INSERT INTO segment_words(segment_words) VALUES ('optimize')"
                )
            values = {"tick": w.tick, "made": w.now, "person": w.person, "kind": ERASE}
            what = f"{gone.documents} documents, {gone.segments} segments"
            w.connection.execute(insert(events).values(**values, after=what))
        if "://" not in self.place:
            try:
                _rewrite(self.place)
            except sqlite3.Error as error:
                raise StoreError(
                    f"erased, but {self.place} could not be written anew ({error}), so traces may be left in the file; "
                    "make room and close other programs, and run SQLite's VACUUM on it"
                ) from error
        return gone


def _rewrite(place: str) -> None:
    """Make the file anew of what is left, and empty its log: deleted rows would stay readable in either."""
    with closing(sqlite3.connect(place, timeout=BUSY, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _doomed(table: Table, names: Sequence[str]) -> ColumnElement[bool] | None:
    """The condition on the rows of ``table`` that hang on the documents; None for a table on which none can."""
    if table is documents:
        return documents.c.name.in_(names)
    parts = [
        key.parent.in_(select(key.column).where(above))
        for key in table.foreign_keys
        if (above := _doomed(key.column.table, names)) is not None
    ]
    return or_(*parts) if parts else None


def _extent(connection: Connection, names: Sequence[str]) -> Extent:
    held = set(connection.scalars(select(documents.c.name).where(documents.c.name.in_(names))))
    if missing := [name for name in names if name not in held]:
        raise StoreError(
            f"there is no document {missing[0]} in this project; `dragoman stats` lists them"
        )

    def count(name: str) -> int:
        table = metadata.tables[name]
        doomed = _doomed(table, names)
        rows = select(func.count()).select_from(table)
        return connection.execute(rows if doomed is None else rows.where(doomed)).scalar_one()

    return Extent(*(count(name) for name in Extent.__slots__))


def _release_partners(connection: Connection, names: Sequence[str]) -> None:
    """A quote that was paired with one that goes stays, alone."""
    going = select(quotes.c.id).where(_doomed(quotes, names))  # type: ignore[arg-type]  # quotes hang on documents
    for side, other in (("source", "target"), ("target", "source")):
        one, two = quote_pairs.c[side], quote_pairs.c[other]
        alone = update(quote_pairs).where(one.in_(going), two.not_in(going))
        connection.execute(alone.values({side: None}))


def _erase_history(w: Writing, names: Sequence[str]) -> None:
    """Events of the documents go; of those that changed something else too, only what they say of the documents."""
    told = set(w.connection.scalars(select(events.c.id).where(events.c.document.in_(names))))
    parts = [
        (changes.c.tab == table.name) & changes.c.row.in_(select(table.c.id).where(doomed))
        for table in metadata.sorted_tables
        if "id" in table.c and (doomed := _doomed(table, names)) is not None
    ]
    touching = list(w.connection.scalars(select(changes.c.event).where(or_(*parts)).distinct()))
    w.connection.execute(delete(changes).where(or_(*parts)))
    ids = sorted(told.union(touching))
    for at in range(0, len(ids), BATCH):
        batch = ids[at : at + BATCH]
        alive = set(w.connection.scalars(select(changes.c.event).where(changes.c.event.in_(batch))))
        w.connection.execute(delete(events).where(events.c.id.in_(set(batch) - alive)))
        for row in w.connection.execute(select(events).where(events.c.id.in_(alive))).all():
            texts = (row.before, row.after, row.why)
            if row.id in told or any(name in text for name in names for text in texts):
                blank = dict.fromkeys(("before", "after", "why"), "")
                if row.id in told:
                    blank |= {"document": "", "segment": ""}
                w.connection.execute(update(events).where(events.c.id == row.id).values(**blank))
