"""Bringing a project's database up to date: each migration is one transaction, with a backup before the first."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect

from corpora.errors import StoreError
from corpora.store import backups

_MIGRATIONS = Path(__file__).parent / "migrations"
APPLICATION = 0x44524147  # "DRAG" in the file's header: this database is a project of ours
_LOCK = 0x44524147  # the same number as an advisory lock: on PostgreSQL nothing else keeps two migrations apart


def refuse_strangers(path: Path) -> None:
    """Raise StoreError or sqlite3.Error, before anything is written, where ``path`` is no project or a newer one."""
    if not path.exists() or not path.stat().st_size:
        return
    # A write-ahead log beside the file belongs to it; without one, nothing may be left beside a file that is refused.
    alone = not path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro&immutable=1" if alone else "mode=ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)
    try:
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        held = (
            "alembic_version" in tables
            and connection.execute("SELECT version_num FROM alembic_version").fetchone()
        )
    finally:
        connection.close()
    if found != APPLICATION and tables:  # none: its making was cut off
        raise StoreError(
            f"{path} is a database of another program, no Dragoman project; choose another name"
        )
    if held:
        _refuse_newer(held[0], str(path))


def bring_up_to_date(engine: Engine, place: str) -> None:
    """Run the migrations that the database lacks. Raises StoreError where it is newer than this program."""
    with engine.connect() as connection, connection.begin():
        current = _revision(connection)
    known = revisions()
    if current == known[-1]:
        return
    if current is not None:
        _refuse_newer(current, place)
    if current is not None and engine.dialect.name == "sqlite":
        try:
            backups.make(Path(place))
        except OSError as error:
            raise StoreError(
                f"{place} has to be brought up to date, and a backup cannot be written beside it before: "
                f"{error.strerror or error}"
            ) from error
    for revision in known[known.index(current) + 1 if current else 0 :]:
        upgrade(engine, revision)


def upgrade(engine: Engine, revision: str) -> None:
    """Bring the database to ``revision`` in one transaction; nothing happens where it is there already."""
    from alembic.runtime.environment import EnvironmentContext

    script = _script()
    with engine.connect() as connection:
        connection = connection.execution_options(write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            else:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")

            def steps(current: Any, _: object) -> Any:
                return script._upgrade_revs(revision, current)  # as alembic.command.upgrade does

            with EnvironmentContext(
                _config(), script, fn=steps, destination_rev=revision
            ) as environment:
                environment.configure(connection=connection, transaction_per_migration=False)
                environment.run_migrations()


def revisions() -> list[str]:
    """Every revision, the oldest first: migrations are files named after them, so that opening need not load Alembic."""
    return sorted(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _refuse_newer(revision: str, place: str) -> None:
    if revision not in revisions():
        raise StoreError(
            f"{place} was made by a newer version of Dragoman (revision {revision}); update Dragoman to open it"
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    held = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    revision: str | None = held.scalar_one_or_none()
    return revision


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _script() -> Any:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())
