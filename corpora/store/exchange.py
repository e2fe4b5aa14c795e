"""Translation units out of a project and into it, a few at a time however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_

from corpora.bitext import Pair, Status
from corpora.store.alignments import bead_views
from corpora.store.database import moment, stamp
from corpora.store.documents import new_segment
from corpora.store.journal import BATCH, Writing
from corpora.store.quotes import Quotes
from corpora.store.schema import (
    alignments,
    blocks,
    clean,
    comments,
    documents,
    quote_spans,
    quotes,
    segments,
)
from corpora.store.values import BeadView, Filter
from corpora.store.views import PLACE, conditions, views


class Exchange(Quotes):
    """Pairs out and in."""

    def pairs(self, where: Filter | None = None, *, untranslated: bool = False) -> Iterator[Pair]:
        """Every translated segment and every bead with two sides that ``where`` lets through, with all that is known of it.

        With ``untranslated`` the segments without a translation come too, for a file to be translated elsewhere.
        They come in the order of the documents, those of alignments last, and all of them are of one moment, whatever is
        changed meanwhile.
        """
        with self.reading() as connection:
            yield from _segment_pairs(connection, where, untranslated)
            for row in connection.execute(
                select(alignments).where(~alignments.c.removed).order_by(alignments.c.id)
            ).all():
                yield from _bead_pairs(connection, row, where)

    def import_pairs(
        self, pairs: Iterable[Pair], *, document: str, status: Status = "approved"
    ) -> int:
        """Put pairs in, all or none; returns how many were new.

        Each goes into the document that it names, or into ``document``. What a document of that name has already, source and
        target alike, is not put in again. ``status`` is for pairs that have none.
        """
        with self.writing() as w:
            importing = _Import(w, document, status)
            for pair in pairs:
                importing.take(pair)
            importing.flush()
            names = list(importing.places)
            into = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            w.event(
                "import",
                names[0] if len(names) == 1 else document,
                after=f"{importing.taken} pairs into {into}",
            )
            return importing.taken


def _segment_pairs(
    connection: Connection, where: Filter | None, untranslated: bool
) -> Iterator[Pair]:
    place = (segments.c.document, *PLACE)
    wanted = [*conditions(where), *(() if untranslated else (segments.c.target != "",))]
    chosen = views().where(*wanted).order_by(*place).limit(BATCH)
    last: Row[Any] | None = None
    while True:
        after = (
            chosen
            if last is None
            else chosen.where(tuple_(*place) > (last.document, last.block, last.start))
        )
        found = connection.execute(after).all()
        remarks = _remarks(connection, found)
        for r in found:
            yield Pair(
                source=r.source, target=r.target, source_lang=r.lang, target_lang=r.target_lang, score=r.score,
                origin=r.origin, document=r.name, speaker=r.speaker or "", segment=r.key, quote=r.quote or "",
                status=r.status, model=r.model, editor=r.editor, created=moment(r.created), changed=moment(r.changed),
                comment=remarks.get(r.id, ""), repair=r.repair,
            )  # fmt: skip
        if len(found) < BATCH:
            return
        last = found[-1]


def _bead_pairs(
    connection: Connection, alignment: Row[Any], where: Filter | None
) -> Iterator[Pair]:
    sides = select(documents).where(documents.c.id.in_((alignment.source, alignment.target)))
    rows = {r.id: r for r in connection.execute(sides)}
    source, target = rows[alignment.source], rows[alignment.target]
    held = connection.execute(views().where(segments.c.document == source.id)).all()
    told = {r.key: r for r in held}
    remarks = _remarks(connection, held)
    for bead in bead_views(connection, alignment.id):
        mine = [told[key] for key in bead.source_ids]
        pair = Pair(
            source=bead.source_text, target=bead.target_text, source_lang=source.lang, target_lang=target.lang,
            score=bead.score, origin="aligned", document=source.name, segment=" ".join(bead.source_ids),
            speaker=next((r.speaker for r in mine if r.speaker), ""), quote=next((r.quote for r in mine if r.quote), ""),
            status=bead.status, editor=bead.editor, created=moment(alignment.added), changed=bead.changed,
            comment="\n".join(remarks[r.id] for r in mine if r.id in remarks),
        )  # fmt: skip
        if (
            bead.source
            and bead.target
            and (where is None or _lets_through(where, pair, bead, target.name))
        ):
            yield pair


def _lets_through(where: Filter, pair: Pair, bead: BeadView, target: str) -> bool:
    """A Filter on a bead; a bead has no flags, no model and no version."""
    score = pair.score or 0.0
    asked = (
        (where.documents, {pair.document, target} & set(where.documents)),
        (where.status, pair.status in where.status),
        (where.min_score is not None, score >= (where.min_score or 0.0)),
        (where.max_score is not None, score <= (where.max_score or 0.0)),
        (where.flagged or where.model or where.newer_than is not None, False),
        (where.commented is not None, bool(pair.comment) == where.commented),
        (where.quotes_only, pair.quote),
        (where.speaker, pair.speaker == where.speaker),
        (where.text, where.text in bead.source_text or where.text in bead.target_text),
        (where.editor, pair.editor == where.editor),
        (
            where.changed_since,
            pair.changed and where.changed_since and pair.changed >= where.changed_since,
        ),
    )
    return all(holds for wanted, holds in asked if wanted)


def _remarks(connection: Connection, rows: Iterable[Row[Any]]) -> dict[int, str]:
    """The comments on each segment, a line each."""
    wanted = [r.id for r in rows if r.remarks]
    out: dict[int, str] = {}
    for at in range(0, len(wanted), BATCH):
        held = select(comments.c.segment, comments.c.text).where(
            comments.c.segment.in_(wanted[at : at + BATCH]), ~comments.c.removed
        )
        for segment, text in connection.execute(held.order_by(comments.c.id)):
            out[segment] = f"{out[segment]}\n{text}" if segment in out else text
    return out


class _Place:
    """A document that pairs go into."""

    def __init__(self, row: int, *, new: bool) -> None:
        self.row = row
        self.new = new
        self.block = 0  # the next one's number
        self.keys: set[str] = set()
        self.held: set[int] = set()  # hashes of the pairs that were there before


class _Import:
    """Pairs on their way in: a batch at a time."""

    def __init__(self, w: Writing, document: str, status: Status) -> None:
        self.w, self.document, self.status = w, document, status
        self.places: dict[str, _Place] = {}
        self.batch: list[tuple[_Place, dict[str, Any], Pair]] = []
        self.taken = 0

    def take(self, pair: Pair) -> None:
        place = self.place(clean(pair.document) or self.document, pair)
        source, target = clean(pair.source), clean(pair.target)
        if place.held and hash((source, target)) in place.held:
            return
        key = clean(pair.segment)
        # A made-up key begins with "#": one that a file brings along must not run into it.
        if not key or key.startswith("#") or key in place.keys:
            key = f"#{place.block}"
        else:
            place.keys.add(key)
        values = new_segment(
            self.w, document=place.row, key=key, block=place.block, start=0, source=source, target=target,
            status=pair.status or (self.status if target else "new"), origin=pair.origin or "import",
            model=pair.model, score=pair.score, editor=pair.editor, repair=pair.repair, created=self.time(pair.created),
            changed=self.time(pair.changed or pair.created),
        )  # fmt: skip
        place.block += 1
        self.taken += 1
        self.batch.append((place, values, pair))
        if len(self.batch) == BATCH:
            self.flush()

    def time(self, when: datetime | None) -> str:
        return stamp(when) if when else self.w.now

    def place(self, name: str, pair: Pair) -> _Place:
        if name not in self.places:
            here = select(documents.c.id).where(documents.c.name == name, ~documents.c.removed)
            row = self.w.connection.scalar(here)
            self.places[name] = self.begun(name, pair) if row is None else self.gone_on_with(row)
        return self.places[name]

    def begun(self, name: str, pair: Pair) -> _Place:
        row = self.w.create(
            documents, name=name, lang=pair.source_lang, target_lang=pair.target_lang, title=name, source="import",
            added=self.w.now,
        )  # fmt: skip
        return _Place(row, new=True)

    def gone_on_with(self, row: int) -> _Place:
        connection, place = self.w.connection, _Place(row, new=False)
        last = connection.scalar(
            select(func.max(segments.c.block)).where(segments.c.document == row)
        )
        place.block = 0 if last is None else last + 1
        place.keys = set(
            connection.scalars(select(segments.c.key).where(segments.c.document == row))
        )
        held = select(segments.c.source, segments.c.target).where(
            segments.c.document == row, ~segments.c.removed
        )
        place.held = {hash(tuple(r)) for r in connection.execute(held)}
        return place

    def flush(self) -> None:
        rows = [values for _, values, _ in self.batch]
        layout = [
            {
                "document": r["document"],
                "number": r["block"],
                "kind": "paragraph",
                "tail": "",
                "inlines": None,
            }
            for r in rows
        ]
        self.w.insert(blocks, layout)
        made = self.w.insert(segments, rows)
        self.w.created(
            segments,
            [id_ for (place, _, _), id_ in zip(self.batch, made, strict=True) if not place.new],
        )
        remarks = [
            {
                "segment": id_,
                "person": pair.editor or self.w.person,
                "made": values["changed"],
                "text": pair.comment,
            }
            for (_, values, pair), id_ in zip(self.batch, made, strict=True)
            if pair.comment
        ]
        self.w.insert(comments, remarks)
        for place, values, pair in self.batch:
            if pair.quote or pair.speaker:
                self.quote(place, values, pair)
        self.batch.clear()

    def quote(self, place: _Place, values: dict[str, Any], pair: Pair) -> None:
        """The pair is somebody's words: a quote over the whole of its source."""
        quote = {"document": place.row, "side": "source", "kind": pair.quote or "direct", "speaker": pair.speaker or None,
                 "text": values["source"], "status": "edited"}  # fmt: skip
        span = {
            "document": place.row,
            "block": values["block"],
            "start": 0,
            "end": len(values["source"]),
        }
        if not place.new:
            self.w.create(quote_spans, quote=self.w.create(quotes, **quote), **span)
            return
        self.w.insert(quote_spans, [{"quote": self.w.insert(quotes, [quote])[0], **span}])
