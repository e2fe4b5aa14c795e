"""Terms of a project's glossary, put in and taken out within a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, astuple

from sqlalchemy import select

from corpora.glossary import Term
from corpora.store.journal import Writing
from corpora.store.schema import clean, terms

COLUMNS = tuple(terms.c[name] for name in Term.__dataclass_fields__)


def put_in(w: Writing, new: Iterable[Term]) -> list[Term]:
    """Add terms; returns those that were not there."""
    held = {tuple(r) for r in w.connection.execute(select(*COLUMNS).where(~terms.c.removed))}
    rows = {tuple(map(clean, astuple(term))): term for term in new}
    fresh = {row: term for row, term in rows.items() if row not in held}
    values = [{c.name: v for c, v in zip(COLUMNS, row, strict=True)} for row in fresh]
    w.created(terms, w.insert(terms, values))
    return list(fresh.values())


def take_out(w: Writing, term: Term) -> None:
    """Remove a term; nothing happens where it is not there."""
    same = (terms.c[k] == v for k, v in asdict(term).items())
    found = w.connection.scalars(select(terms.c.id).where(*same, ~terms.c.removed)).all()
    w.remove(terms, found)
