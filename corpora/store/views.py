"""Segments as the store shows them: the query behind a `SegmentView`, and a Filter as conditions on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from corpora.bitext import Flag
from corpora.store.database import moment, stamp
from corpora.store.schema import (
    blocks,
    comments,
    documents,
    hypotheses,
    quote_spans,
    quotes,
    segments,
)
from corpora.store.values import Filter, SegmentView

PLACE = (segments.c.block, segments.c.start)


def views() -> Select[Any]:
    """Everything a SegmentView shows, of segments that are there, with the ids that order them."""

    def number(table: Any, *also: Any) -> Any:
        return select(func.count()).where(table.c.segment == segments.c.id, *also).scalar_subquery()

    def quoted(column: Any) -> Any:
        return select(column).where(*quoted_here()).order_by(quotes.c.id).limit(1).scalar_subquery()

    return (
        select(
            segments,
            documents.c.name,
            documents.c.lang,
            documents.c.target_lang,
            blocks.c.kind,
            number(hypotheses).label("proposals"),
            number(comments, ~comments.c.removed).label("remarks"),
            quoted(quotes.c.kind).label("quote"),
            quoted(quotes.c.speaker).label("speaker"),
        )
        .join(documents, documents.c.id == segments.c.document)
        .join(
            blocks,
            and_(blocks.c.document == segments.c.document, blocks.c.number == segments.c.block),
        )
        .where(~segments.c.removed, ~documents.c.removed)
    )


def view(r: Row[Any], position: int) -> SegmentView:
    """A row of `views` as a value."""
    return SegmentView(
        document=r.name, id=r.key, position=position, block=r.block, kind=r.kind, source=r.source, target=r.target,
        status=r.status, version=r.version, origin=r.origin, model=r.model, score=r.score, flags=flags(r.flags),
        editor=r.editor, created=moment(r.created), changed=moment(r.changed), hypotheses=r.proposals, comments=r.remarks,
        quote=r.quote or "", speaker=r.speaker or "", confidence=r.confidence, reasons=flags(r.reasons),
        repair=r.repair,
    )  # fmt: skip


def flags(held: list[list[str]] | None) -> tuple[Flag, ...]:
    """Flags as a value."""
    return tuple(Flag(*f) for f in held or ())


def conditions(where: Filter | None) -> list[ColumnElement[bool]]:
    """A Filter as conditions on `views`."""
    if where is None:
        return []
    s = segments.c
    remarks = exists().where(comments.c.segment == s.id, ~comments.c.removed)
    quoted = exists().where(*quoted_here())
    sides = [side.contains(where.text, autoescape=True) for side in (s.source, s.target)]
    since = stamp(where.changed_since) if where.changed_since else ""
    wanted = {
        documents.c.name.in_(where.documents): where.documents,
        s.status.in_(where.status): where.status,
        s.score >= (where.min_score or 0.0): where.min_score is not None,
        s.score <= (where.max_score or 0.0): where.max_score is not None,
        s.flags.is_not(None): where.flagged is True,
        s.flags.is_(None): where.flagged is False,
        remarks: where.commented is True,
        ~remarks: where.commented is False,
        or_(*sides): where.text,
        s.model == where.model: where.model,
        s.editor == where.editor: where.editor,
        s.changed >= since: since,
        s.version > (where.newer_than or 0): where.newer_than is not None,
        quoted: where.quotes_only,
        quoted.where(quotes.c.speaker == where.speaker): where.speaker,
    }
    return [condition for condition, asked in wanted.items() if asked]


def quoted_here() -> tuple[ColumnElement[bool], ...]:
    """Conditions on `quotes` and `quote_spans`: the quote runs through the segment's source."""
    spans = quote_spans.c
    return (
        spans.document == segments.c.document,
        spans.block == segments.c.block,
        spans.start < segments.c.start + func.length(segments.c.source),
        spans.end > segments.c.start,
        ~spans.removed,
        quotes.c.id == spans.quote,
        quotes.c.side == "source",
        ~quotes.c.removed,
    )


def view_of(connection: Connection, row: Row[Any]) -> SegmentView:
    """A segment's row as it is now, as a value."""
    before = (segments.c.block < row.block) | (
        (segments.c.block == row.block) & (segments.c.start < row.start)
    )
    place = select(func.count()).where(
        segments.c.document == row.document, ~segments.c.removed, before
    )
    found = connection.execute(views().where(segments.c.id == row.id)).one()
    return view(found, connection.scalar(place) or 0)
