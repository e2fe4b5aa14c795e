"""Segments in a project: reading a page of them, and everything a reviewer does to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    delete,
    insert,
    select,
)

from corpora.bitext import Flag, Status
from corpora.errors import Conflict, StoreError
from corpora.glossary import Term
from corpora.store.database import moment
from corpora.store.documents import (
    Documents,
    find_document,
    flags_json,
    keep_hypotheses,
    machine_values,
)
from corpora.store.journal import Writing, touched_by_others
from corpora.store.schema import (
    clean,
    comments,
    documents,
    drafts,
    hypotheses,
    segments,
)
from corpora.store.search import holding
from corpora.store.terms import put_in, take_out
from corpora.store.values import Comment, Draft, Edit, Filter, Hypothesis, SegmentView
from corpora.store.views import PLACE, conditions, flags, view, view_of, views


class Segments(Documents):
    """What can be done with the segments of a document."""

    def segments(
        self,
        document: str,
        *,
        start: int = 0,
        limit: int | None = None,
        where: Filter | None = None,
    ) -> list[SegmentView]:
        """Segments in reading order: ``limit`` of them from the ``start``-th, counted among those that ``where`` lets through."""
        with self.reading() as connection:
            row = find_document(connection, document)
            chosen = (
                views().where(segments.c.document == row.id, *conditions(where)).order_by(*PLACE)
            )
            found = connection.execute(chosen.offset(start).limit(limit)).all()
            if where is None:
                return [view(r, start + n) for n, r in enumerate(found)]
            places = (
                select(segments.c.id)
                .where(segments.c.document == row.id, ~segments.c.removed)
                .order_by(*PLACE)
            )
            position = {id_: n for n, id_ in enumerate(connection.scalars(places))}
        return [view(r, position[r.id]) for r in found]

    def segment(self, document: str, segment: str) -> SegmentView:
        """One segment. Raises StoreError where it is not here."""
        with self.reading() as connection:
            return view_of(connection, find_segment(connection, document, segment))

    def hypotheses(self, document: str, segment: str) -> list[Hypothesis]:
        """Every translation ever proposed for a segment, newest first."""
        with self.reading() as connection:
            row = find_segment(connection, document, segment)
            held = (
                select(hypotheses)
                .where(hypotheses.c.segment == row.id)
                .order_by(hypotheses.c.id.desc())
            )
            return [
                Hypothesis(
                    h.text,
                    h.model,
                    h.score,
                    flags(h.flags),
                    h.origin,
                    moment(h.made),
                    confidence=h.confidence,
                    reasons=flags(h.reasons),
                    repair=h.repair,
                )
                for h in connection.execute(held)
            ]

    def add_hypothesis(self, document: str, segment: str, hypothesis: Hypothesis) -> None:
        """Keep a proposal; it becomes the translation while no person has touched the segment."""
        self.add_hypotheses(document, {segment: hypothesis})

    def add_hypotheses(
        self, document: str, proposed: Mapping[str, Hypothesis], *, why: str = ""
    ) -> int:
        """Keep a proposal for each of these segments, as one change; returns how many became the translation."""
        done = 0
        with self.writing() as w:
            rows = {key: find_segment(w.connection, document, key) for key in proposed}
            keep_hypotheses(w, {key: row.id for key, row in rows.items()}, proposed)
            for key, row in rows.items():
                if row.status in {"new", "machine"}:
                    done += w.set(segments, row.id, **machine_values(proposed[key], w.now))
            only = next(iter(rows.values())) if len(rows) == 1 else None
            after = proposed[only.key].text if only else f"{done} segments"
            w.event(
                "machine",
                document,
                only.key if only else "",
                before=only.target if only else "",
                after=after,
                why=why,
            )
        return done

    def edit(
        self, document: str, segment: str, target: str, *, version: int, status: Status | None = None, why: str = "",
        flags: tuple[Flag, ...] = (), learned: Sequence[Term] = (), forgotten: Sequence[Term] = (),
    ) -> SegmentView:  # fmt: skip
        """Save a translation. ``status`` is "edited" unless said otherwise; ``flags`` are what is doubtful about the new text.

        ``learned`` are terms that the translation teaches, put into the glossary by the same change, and ``forgotten`` those
        that they replace.

        ``version`` is the one of the segment that the person had before them. Raises Conflict where somebody else has saved
        another text since (the text is kept as a draft), and StoreError where the segment is locked.
        """
        target = clean(target)
        clash: Conflict | None = None
        with self.writing() as w:
            row = find_segment(w.connection, document, segment)
            if stale(w, row, version) and (row.target, row.status) != (
                target,
                status or row.status,
            ):
                _keep_draft(w, row, target, version)
                clash = Conflict(target, view_of(w.connection, row))
            else:
                _edit(w, row, target, status, flags)
                for term in forgotten:
                    take_out(w, term)
                put_in(w, learned)
                if row.target != target:
                    w.event("edit", document, segment, before=row.target, after=target, why=why)
                else:
                    after = status or row.status
                    w.event("status", document, segment, before=row.status, after=after, why=why)
                w.connection.execute(
                    delete(drafts).where(drafts.c.person == self.person, drafts.c.segment == row.id)
                )
                saved = view_of(w.connection, row)
        if clash:
            raise clash
        return saved

    def edit_all(self, edits: Sequence[Edit], *, why: str = "") -> list[SegmentView]:
        """Save translations of several segments as one change; returns those that were saved, as they are now.

        Left out is what is locked, and what somebody else has changed since the version that the person had before them.
        """
        with self.writing() as w:
            done = []
            for edit in edits:
                row = find_segment(w.connection, edit.document, edit.segment)
                if row.status != "locked" and not stale(w, row, edit.version):
                    _edit(w, row, clean(edit.target), edit.status, tuple(edit.flags))
                    done.append((row, edit))
            places = {(edit.document, edit.segment) for _, edit in done}
            alone = len(done) == 1
            w.event(
                "repeat",
                *(min(places) if alone else (_common(d for d, _ in places),)),
                before=done[0][0].target if alone else "",
                after=done[0][1].target if alone else f"{len(done)} segments",
                why=why,
            )
            return [view_of(w.connection, row) for row, _ in done]

    def with_words(
        self, words: Sequence[str], *, document: str | None = None, lang: str = "tr"
    ) -> list[SegmentView]:
        """Segments in ``lang`` whose source has a word that begins with each of ``words`` (folded, letters alone).

        They are those of the whole project or of one document.
        """
        chosen = views().where(documents.c.lang == lang)
        if document is not None:
            chosen = chosen.where(documents.c.name == document)
        with self.reading() as connection:
            held = holding({"source": [[word] for word in words]}, connection.dialect.name)
            found = connection.execute(chosen.where(held).order_by(segments.c.document, *PLACE))
            return [view_of(connection, row) for row in found.all()]

    def set_status(
        self, document: str, segment: str, status: Status, *, version: int, why: str = ""
    ) -> SegmentView:
        """Approve, reject, lock, unlock… Raises Conflict where somebody else has changed the segment since ``version``."""
        with self.writing() as w:
            row = find_segment(w.connection, document, segment)
            if stale(w, row, version) and row.status != status:
                raise Conflict(row.target, view_of(w.connection, row))
            if row.status != status:
                w.set(segments, row.id, status=status, editor=w.person, changed=w.now)
                w.event("status", document, segment, before=row.status, after=status, why=why)
            return view_of(w.connection, row)

    def comment(self, document: str, segment: str, text: str) -> Comment:
        """Add a remark to a segment."""
        with self.writing() as w:
            row = find_segment(w.connection, document, segment)
            made = w.create(comments, segment=row.id, person=w.person, made=w.now, text=text)
            w.event("comment", document, segment, after=text)
            when = moment(w.now)
        return Comment(made, document, segment, self.person, when, text)

    def comments(self, document: str, segment: str | None = None) -> list[Comment]:
        """The remarks on a segment, or on all of a document, oldest first."""
        with self.reading() as connection:
            row = find_document(connection, document)
            held = (
                select(comments, segments.c.key)
                .join(segments)
                .where(segments.c.document == row.id, ~comments.c.removed, ~segments.c.removed)
            )
            if segment is not None:
                held = held.where(segments.c.key == segment)
            return [
                Comment(c.id, document, c.key, c.person, moment(c.made), c.text)
                for c in connection.execute(held.order_by(comments.c.id))
            ]

    def draft(self, document: str, segment: str, text: str, version: int) -> None:
        """Keep what a person is typing and has not saved; it is no event, and saving the segment drops it."""
        with self.writing() as w:
            _keep_draft(w, find_segment(w.connection, document, segment), text, version)

    def drafts(self, document: str) -> list[Draft]:
        """This person's unsaved typing in a document."""
        with self.reading() as connection:
            row = find_document(connection, document)
            held = select(drafts, segments.c.key).join(segments)
            held = held.where(
                segments.c.document == row.id, drafts.c.person == self.person, ~segments.c.removed
            )
            return [
                Draft(document, d.key, d.text, d.version, moment(d.made))
                for d in connection.execute(held.order_by(*PLACE))
            ]


def find_segment(connection: Connection, document: str, key: str) -> Row[Any]:
    """The row of a segment. Raises StoreError where it is not here."""
    place = find_document(connection, document)
    held = select(segments).where(
        segments.c.document == place.id, segments.c.key == key, ~segments.c.removed
    )
    row = connection.execute(held).first()
    if row is None:
        raise StoreError(
            f"there is no segment {key} in {document}; it may have been merged into the one before"
        )
    return row


def stale(w: Writing, row: Row[Any], version: int) -> bool:
    """Whether the person has not seen what somebody else did; what they did themselves is no conflict."""
    return row.version != version and touched_by_others(
        w.connection, segments, [row.id], version, w.person
    )


def check_open(row: Row[Any]) -> None:
    """Raise StoreError where the segment is locked."""
    if row.status == "locked":
        raise StoreError(f"segment {row.key} is locked; unlock it first")


def _edit(
    w: Writing, row: Row[Any], target: str, status: Status | None, doubts: tuple[Flag, ...]
) -> None:
    if row.target == target and row.status == (status or row.status):
        return
    check_open(row)
    values: dict[str, Any] = {"status": status or "edited", "editor": w.person, "changed": w.now}
    if row.target != target:
        values |= {
            "target": target,
            "origin": "person",
            "flags": flags_json(doubts),
            "score": None,
            "confidence": None,
            "reasons": None,
            "model": row.model,
            "repair": "",
        }
    w.set(segments, row.id, **values)


def _common(names: Iterable[str]) -> str:
    """The name that all of them are; none where there are several."""
    found = set(names)
    return found.pop() if len(found) == 1 else ""


def _keep_draft(w: Writing, row: Row[Any], text: str, version: int) -> None:
    mine = (drafts.c.person == w.person, drafts.c.segment == row.id)
    w.connection.execute(delete(drafts).where(*mine))
    w.connection.execute(
        insert(drafts).values(
            person=w.person, segment=row.id, text=text, version=version, made=w.now
        )
    )
