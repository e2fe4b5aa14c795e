"""The project: one database that keeps every document, translation, revision, bead, quote and term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpora.store.values import Filter, Hypothesis

if TYPE_CHECKING:
    from corpora.store.project import Project

__all__ = ["Filter", "Hypothesis", "Project"]


def __getattr__(name: str) -> Any:
    # The value classes are light; the project loads SQLAlchemy, so only where it is asked for.
    if name == "Project":
        from corpora.store.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
