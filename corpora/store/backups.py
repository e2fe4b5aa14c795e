"""Backups of a project file: whole copies beside it, the latest ten kept."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

KEPT = 10


def folder(project: Path) -> Path:
    """Where the backups of a project lie."""
    return project.with_name(f"{project.name}.backups")


def make(project: Path, target: Path | None = None) -> Path:
    """Copy a project while it may be in use (SQLite's online backup); returns the copy.

    Without ``target`` it goes to `folder` under its date, and the oldest copies there make room. The copy appears whole or not
    at all. Raises sqlite3.Error or OSError.
    """
    rotated = target is None
    if target is None:
        name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        target = folder(project) / f"{name}{project.suffix or '.dragoman'}"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        _copy(project, part)
        for log in ("-wal", "-shm"):
            # What a project that is overwritten left behind would be read into the new one.
            target.with_name(target.name + log).unlink(missing_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    if rotated:
        for old in sorted(target.parent.glob(f"*Z{target.suffix}"))[:-KEPT]:
            old.unlink()
    return target


def _copy(project: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    source, copy = sqlite3.connect(project), sqlite3.connect(part)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, that can be carried away
    finally:
        source.close()
        copy.close()
    with part.open("rb") as file:
        os.fsync(file.fileno())
