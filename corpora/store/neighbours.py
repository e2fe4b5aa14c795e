"""What stands next to a segment, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, select, tuple_

from corpora.store.schema import segments


def neighbour(column: str, *, later: bool) -> ScalarSelect[Any]:
    """A column of the segment before or after each row of `segments`, in its document; NULL at the edge."""
    n, s = segments.alias().c, segments.c
    mine, place = tuple_(s.block, s.start), tuple_(n.block, n.start)
    found = select(n[column]).where(
        n.document == s.document, ~n.removed, place > mine if later else place < mine
    )
    order = (n.block, n.start) if later else (n.block.desc(), n.start.desc())
    return found.order_by(*order).limit(1).scalar_subquery()
