"""Documents in a project: adding, listing, reading back with or without their translation, removing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from corpora.bitext import Flag
from corpora.document import Block, Document, Inline, Segment
from corpora.errors import StoreError
from corpora.store.database import Database, moment, stamp
from corpora.store.journal import Writing
from corpora.store.schema import alignments, blocks, clean, documents, hypotheses, segments
from corpora.store.values import DocumentSummary, Hypothesis


class Documents(Database):
    """What can be done with whole documents."""

    def add(
        self,
        document: Document,
        hypotheses: Mapping[str, Hypothesis] | None = None,
        *,
        target_lang: str = "",
    ) -> str:
        """Put a document in, with a translation for each of the segments that has one; returns its id.

        ``hypotheses`` is by segment id. A document that is here already with the same text stays as it is, with all that was
        done to it; segments that are still new get their translation. Raises StoreError where another text has that id.
        """
        with self.writing() as w:
            add_document(
                w, document, hypotheses or {}, target_lang or other_language(document.lang)
            )
        return document.id

    def documents(self) -> list[DocumentSummary]:
        """Every document, in the order in which they came."""
        with self.reading() as connection:
            counts: dict[int, dict[Any, int]] = defaultdict(dict)
            count = select(segments.c.document, segments.c.status, func.count()).where(
                ~segments.c.removed
            )
            for document, status, number in connection.execute(
                count.group_by(segments.c.document, segments.c.status)
            ):
                counts[document][status] = number
            found = connection.execute(
                select(documents).where(~documents.c.removed).order_by(documents.c.id)
            ).all()
        return [
            DocumentSummary(
                r.name,
                r.title,
                r.lang,
                r.target_lang,
                r.source,
                moment(r.added),
                sum(counts[r.id].values()),
                counts[r.id],
            )
            for r in found
        ]

    def document(self, document: str) -> Document:
        """A document as it was put in, with its segments as they are cut now. Raises StoreError where it is not here."""
        with self.reading() as connection:
            return _rebuilt(connection, find_document(connection, document))

    def translated(self, document: str) -> Document:
        """A document with its translation in the layout of the source; what has no translation yet stays as it is."""
        with self.reading() as connection:
            row = find_document(connection, document)
            source = _rebuilt(connection, row)
            held = select(segments.c.key, segments.c.target).where(
                segments.c.document == row.id, ~segments.c.removed
            )
            targets = {r.key: r.target for r in connection.execute(held)}
        made = tuple(
            b.with_segment_texts([targets[s.id] or b.segment_text(s) for s in b.segments])
            if b.segments
            else b
            for b in source.blocks
        )
        titles = [
            new.text
            for old, new in zip(source.blocks, made, strict=True)
            if old.text == source.title
        ]
        return Document(
            source.id, row.target_lang, titles[0] if titles else source.title, source.source, made
        )

    def remove(self, document: str, *, why: str = "") -> None:
        """Take a document out of the project; `undo` brings it back. Raises StoreError where it is part of an alignment."""
        with self.writing() as w:
            row = find_document(w.connection, document)
            part = (alignments.c.source == row.id) | (alignments.c.target == row.id)
            if w.connection.scalar(select(func.count()).where(part, ~alignments.c.removed)):
                raise StoreError(f"{document} is part of an alignment; remove that first")
            w.remove(documents, [row.id])
            w.event("remove", document, before=row.title, why=why)


def find_document(connection: Connection, name: str) -> Row[Any]:
    """The row of a document. Raises StoreError where it is not here."""
    row = connection.execute(
        select(documents).where(documents.c.name == name, ~documents.c.removed)
    ).first()
    if row is None:
        raise StoreError(
            f"there is no document {name} in this project; `dragoman stats` lists them"
        )
    return row


def add_document(
    w: Writing, document: Document, proposed: Mapping[str, Hypothesis], target_lang: str
) -> int:
    """`Documents.add` within a change; returns the row's id."""
    texts = {s.id: block.segment_text(s) for block, s in document.segments()}
    if unknown := set(proposed) - set(texts):
        raise StoreError(f"{document.id} has no segment {min(unknown)}")
    if len(texts) < len(document.sentences()):
        raise StoreError(f"{document.id} has two segments of one id")
    fingerprint = _fingerprint(document)
    here = select(documents).where(documents.c.name == document.id, ~documents.c.removed)
    held = w.connection.execute(here).first()
    if held is None:
        row = _insert(w, document, fingerprint, target_lang)
        keep_hypotheses(w, _insert_segments(w, row, document, proposed), proposed)
        w.event("add", document.id, after=document.title or document.source)
        return row
    if held.fingerprint != fingerprint:
        raise StoreError(
            f"another text is here as {document.id}; remove that one, or give this one a different id"
        )
    new = select(segments).where(
        segments.c.document == held.id, segments.c.status == "new", ~segments.c.removed
    )
    # Cut anew since, a segment may stand for another text.
    waiting = [
        r
        for r in w.connection.execute(new)
        if r.key in proposed and r.source == clean(texts[r.key])
    ]
    keep_hypotheses(w, {r.key: r.id for r in waiting}, proposed)
    for r in waiting:
        w.set(segments, r.id, **machine_values(proposed[r.key], w.now))
    w.event("machine", document.id, after=f"{len(waiting)} segments")
    return int(held.id)


def machine_values(h: Hypothesis, now: str) -> dict[str, Any]:
    """The columns of a segment whose translation is now a proposal."""
    return {
        "confidence": h.confidence, "reasons": flags_json(h.reasons),
        "target": h.text, "status": "machine" if h.text else "new", "origin": h.origin, "model": h.model,
        "score": h.score, "flags": flags_json(h.flags), "changed": now, "editor": "", "repair": h.repair,
    }  # fmt: skip


def keep_hypotheses(
    w: Writing, rows: Mapping[str, int], proposed: Mapping[str, Hypothesis]
) -> None:
    """Write proposals down; ``rows`` are the segments they belong to."""
    values = [
        {
            "confidence": h.confidence, "reasons": flags_json(h.reasons),
            "segment": rows[key], "text": h.text, "model": h.model, "score": h.score, "flags": flags_json(h.flags),
            "origin": h.origin, "made": stamp(h.when) if h.when else w.now, "repair": h.repair,
        }
        for key, h in proposed.items()
        if key in rows
    ]  # fmt: skip
    w.insert(hypotheses, values)


def flags_json(flags: Sequence[Flag]) -> list[list[str]] | None:
    """Flags as the database keeps them."""
    return [[f.code, f.message] for f in flags] or None


def _insert(w: Writing, document: Document, fingerprint: str, target_lang: str) -> int:
    return w.create(
        documents, name=document.id, lang=document.lang, target_lang=target_lang, title=document.title,
        source=document.source, fingerprint=fingerprint, added=w.now,
    )  # fmt: skip


def _insert_segments(
    w: Writing, document: int, text: Document, proposed: Mapping[str, Hypothesis]
) -> dict[str, int]:
    rows: list[dict[str, Any]] = []
    layout: list[dict[str, Any]] = []
    for number, block in enumerate(text.blocks):
        at = 0
        body = block.text
        for s in block.segments:
            rows.append(
                new_segment(
                    w, document=document, key=s.id, block=number, start=s.start, gap=body[at : s.start],
                    source=body[s.start : s.end], **(machine_values(proposed[s.id], w.now) if s.id in proposed else {}),
                )
            )  # fmt: skip
            at = s.end
        inlines = [[i.start, i.end, i.open, i.close] for i in block.inlines]
        layout.append(
            {
                "document": document,
                "number": number,
                "kind": block.kind,
                "tail": body[at:],
                "inlines": inlines or None,
            }
        )
    w.insert(blocks, layout)
    made = w.insert(segments, rows)
    return {row["key"]: id_ for row, id_ in zip(rows, made, strict=True)}


def new_segment(w: Writing, **values: Any) -> dict[str, Any]:
    """The whole row of a segment that nobody has touched."""
    return {
        "confidence": None, "reasons": None,
        "gap": "", "target": "", "status": "new", "origin": "", "model": "", "score": None, "flags": None, "editor": "",
        "repair": "", "created": w.now, "changed": w.now, "version": w.tick, **values,
    }  # fmt: skip


def _rebuilt(connection: Connection, row: Row[Any]) -> Document:
    s = segments.c
    held = select(s.block, s.key, s.gap, s.source, s.removed).where(s.document == row.id)
    ordered = connection.execute(held.order_by(s.block, s.start)).all()
    within = {number: list(group) for number, group in groupby(ordered, key=lambda r: r.block)}
    made: list[Block] = []
    end = 0
    for block in connection.execute(
        select(blocks).where(blocks.c.document == row.id).order_by(blocks.c.number)
    ):
        text, spans = "", []
        cut = within.get(block.number, [])
        for segment in cut:
            if not segment.removed:
                start = len(text) + len(segment.gap)
                text += segment.gap + segment.source
                spans.append(Segment(segment.key, start, len(text)))
        inlines = tuple(Inline(*i) for i in block.inlines or ())
        made.append(Block(block.kind, text + block.tail, tuple(spans), inlines))
        if spans or not cut:
            end = len(made)
    # An import that was undone took the segments of its blocks; before others they keep their number, at the end they go.
    return Document(row.name, row.lang, row.title, row.source, tuple(made[:end]))


def _fingerprint(document: Document) -> str:
    """Of the text and its layout; how it is cut into segments may change."""
    shape = [[b.kind, b.text, [astuple(i) for i in b.inlines]] for b in document.blocks]
    text = json.dumps([document.lang, shape], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def other_language(lang: str) -> str:
    """The language that this one is translated into where nobody says."""
    return "tr" if lang == "en" else "en"
