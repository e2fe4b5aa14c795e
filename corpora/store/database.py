"""The connection to a project's database: opening it, short transactions, and faults in words a person understands."""

from __future__ import annotations

import getpass
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, select, update

from corpora.errors import StoreError
from corpora.store import migrating
from corpora.store.journal import Writing
from corpora.store.schema import project

BUSY = 20  # seconds that a writer waits for another one before it gives up
CONNECTIONS = 40  # that may be made to PostgreSQL besides the five kept; a server of theirs allows 100 as it comes


class Database:
    """An open project, without what can be done in it. Safe to share between threads."""

    def __init__(self, engine: Engine, place: str, person: str, *, is_new: bool = False) -> None:
        """Use `Project.open`."""
        self._engine = engine
        self._is_new = is_new
        self.place = place
        self.person = person

    @classmethod
    def open(cls, place: str | Path, *, person: str = "", create: bool = True) -> Self:
        """Open the project at ``place``, a file or a ``postgresql://`` URL; make it if it is not there.

        ``person`` is who makes the changes (the name of the account, if not given). An older project is brought up to date,
        after a backup. Raises StoreError where it cannot be opened: another kind of file, a newer version, no right to write,
        or not there and ``create`` is False.
        """
        place = str(place)
        is_new = "://" not in place and not Path(place).exists()
        with faults(place):
            engine = _postgres(place) if "://" in place else _sqlite(Path(place), create=create)
            try:
                migrating.bring_up_to_date(engine, place)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, place, person or _account(), is_new=is_new)

    def by(self, person: str) -> Self:
        """The same project in another person's hands; only the first one is to be closed."""
        return type(self)(self._engine, self.place, person)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the project itself."""
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        """Close the project; a file that was made for what then failed, and holds nothing, goes again."""
        in_vain = fault is not None and self._is_new and self._is_untouched()
        self.close()
        if in_vain:
            for log in ("", "-wal", "-shm"):
                Path(self.place + log).unlink(missing_ok=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the project as it is at this moment, whatever others write meanwhile."""
        with faults(self.place), self._engine.connect() as connection, connection.begin():
            yield connection

    def _is_untouched(self) -> bool:
        try:
            with self.reading() as connection:
                return connection.scalar(select(project.c.clock)) == 0
        except StoreError:  # what failed already is what there is to say
            return False

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One change: written whole, with its event, when the block ends without an exception."""
        with faults(self.place), self._engine.connect() as connection:
            connection = connection.execution_options(write=True)
            with connection.begin():
                # The row's lock keeps other writers out on PostgreSQL, as BEGIN IMMEDIATE does on SQLite.
                tick = connection.scalar(
                    update(project).values(clock=project.c.clock + 1).returning(project.c.clock)
                )
                writing = Writing(connection, self.person, stamp(datetime.now(UTC)), int(tick or 0))
                yield writing
                writing.record()


def stamp(when: datetime) -> str:
    """A moment as the database keeps it; without a zone it is in UTC."""
    aware = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """A moment of the database as a value."""
    return datetime.fromisoformat(text)


@contextmanager
def faults(place: str) -> Iterator[None]:
    """Turn what the database complains about into a StoreError."""
    try:
        yield
    except exc.DBAPIError as error:
        raise StoreError(f"{_shown(place)}: {_reason(str(error.orig))}") from error
    except exc.TimeoutError as error:
        raise StoreError(
            f"{_shown(place)}: too much is asked of the project at once; try again"
        ) from error
    except sqlite3.Error as error:
        raise StoreError(f"{_shown(place)}: {_reason(str(error))}") from error


def _account() -> str:
    if person := os.environ.get("DRAGOMAN_PERSON"):
        return person
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "somebody"


_NAME_TAKEN = "another document has that name now; remove it first"
_REASONS = {
    # The one on SQLite, the other on PostgreSQL.
    "documents.name": _NAME_TAKEN,
    "uq_documents_name": _NAME_TAKEN,
    "full": "there is no room left for the project; nothing of this change was saved, free some space and try again",
    "disk i/o error": "the disk does not take the change; nothing of it was saved, see whether there is room left",
    "readonly": "the project, or the folder it is in, is read-only; allow writing or copy it to a folder of your own",
    "unable to open": "the project cannot be opened for writing; look at the rights of its folder",
    "locked": f"another program has been writing for {BUSY} seconds; close it and try again",
    "not a database": "this is no Dragoman project",
    "malformed": "the project is damaged; put back the latest backup",
}


def _reason(text: str) -> str:
    return next((r for key, r in _REASONS.items() if key in text.lower()), " ".join(text.split()))


def _shown(place: str) -> str:
    return make_url(place).render_as_string(hide_password=True) if "://" in place else place


def _sqlite(path: Path, *, create: bool) -> Engine:
    if not path.exists() and not create:
        raise StoreError(
            f"there is no project {path}; `dragoman import` and `dragoman translate --project` make one"
        )
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it for the project")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent} to put a project in")
    migrating.refuse_strangers(path)
    engine = create_engine(
        # A connection for everybody who asks: writers wait in the database, and readers need not wait behind them.
        URL.create("sqlite", database=str(path.absolute())),
        connect_args={"timeout": BUSY},
        max_overflow=-1,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = (
            None  # transactions begin where we say, not where the driver guesses
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres(place: str) -> Engine:
    url = make_url(place)
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise StoreError(f"{_shown(place)}: a project is a file or a postgresql:// address")
    try:
        engine = create_engine(
            url.set(drivername="postgresql+pg8000"), pool_pre_ping=True, max_overflow=CONNECTIONS
        )
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'dragoman[postgres]'") from error

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = '{BUSY}s'")
        cursor.close()
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if not connection.get_execution_options().get("write"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    return engine
