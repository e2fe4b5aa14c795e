"""Aligned documents in a project: their beads, and how a person mends them.

In an alignment every sentence of either document is in exactly one bead. A bead's order is that of its sentences, so nothing
has to be renumbered; a bead that a person regroups gives way to new ones, so its id tells whether somebody was faster.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from corpora.bitext import Status
from corpora.document import Document
from corpora.errors import StoreError
from corpora.store.cutting import Cutting
from corpora.store.database import moment
from corpora.store.documents import add_document, other_language
from corpora.store.journal import Writing
from corpora.store.schema import alignments, beads, documents, segments
from corpora.store.values import AlignmentSummary, BeadLike, BeadView, Side
from corpora.store.views import PLACE

Ids = tuple[int, ...]


class Alignments(Cutting):
    """What can be done with two texts and their beads."""

    def add_alignment(self, source: Document, target: Document, beads: Iterable[BeadLike]) -> int:
        """Put two documents in (where they are not here yet) and how their sentences pair; returns the alignment's id.

        Sentences that no bead names get one of their own.
        """
        if source.id == target.id:
            target = replace(target, id=f"{target.id}.{target.lang}")
        with self.writing() as w:
            sides = [add_document(w, d, {}, other_language(d.lang)) for d in (source, target)]
            made = w.create(alignments, source=sides[0], target=sides[1], added=w.now)
            texts = _Texts(w.connection, sides[0], sides[1])
            for side, document in (("source", source), ("target", target)):
                if [key for _, key, _ in texts.sides[side].values()] != [
                    s.id for _, s in document.segments()
                ]:
                    raise StoreError(
                        f"the sentences of {document.id} have been cut anew in this project; align its document() there"
                    )
            number = _insert(w, made, _complete(texts, beads, ()), "machine")
            w.event("align", source.id, after=f"{number} beads with {target.id}")
        return made

    def alignments(self) -> list[AlignmentSummary]:
        """Every alignment, in the order in which they came."""
        source, target = documents.alias(), documents.alias()
        names = select(
            alignments.c.id, alignments.c.added, source.c.name, target.c.name.label("other")
        )
        names = names.join(source, source.c.id == alignments.c.source).join(
            target, target.c.id == alignments.c.target
        )
        with self.reading() as connection:
            counts: dict[int, dict[Any, int]] = defaultdict(dict)
            count = select(beads.c.alignment, beads.c.status, func.count()).where(~beads.c.removed)
            for alignment, status, number in connection.execute(
                count.group_by(beads.c.alignment, beads.c.status)
            ):
                counts[alignment][status] = number
            found = connection.execute(
                names.where(~alignments.c.removed).order_by(alignments.c.id)
            ).all()
        return [
            AlignmentSummary(
                r.id, r.name, r.other, moment(r.added), sum(counts[r.id].values()), counts[r.id]
            )
            for r in found
        ]

    def remove_alignment(self, alignment: int, *, why: str = "") -> None:
        """Take an alignment away; its documents stay."""
        with self.writing() as w:
            row = find_alignment(w.connection, alignment)
            w.remove(alignments, [alignment])
            w.event(
                "remove",
                _name(w.connection, row.source),
                before=f"alignment with {_name(w.connection, row.target)}",
                why=why,
            )

    def beads(self, alignment: int, *, start: int = 0, limit: int | None = None) -> list[BeadView]:
        """The beads in the order of the texts, ``limit`` of them from the ``start``-th."""
        with self.reading() as connection:
            found = list(bead_views(connection, alignment))
        return found[start : None if limit is None else start + limit]

    def anchors(self, alignment: int) -> list[BeadView]:
        """The beads that a person has confirmed: what a new run of the aligner is to keep."""
        return [b for b in self.beads(alignment) if b.status == "approved"]

    def realign(self, alignment: int, beads: Iterable[BeadLike], *, why: str = "") -> None:
        """Put the result of a new run in place of all beads but the anchors. Beads that run into an anchor are left out."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            kept = [b for b in mending.held.values() if b.status == "approved"]
            new = _complete(mending.texts, beads, kept)
            mending.replace(
                [b.id for b in mending.held.values() if b.status != "approved"], new, "machine"
            )
            w.event(
                "align",
                mending.name,
                before=f"{len(mending.held)} beads",
                after=f"{len(new) + len(kept)} beads",
                why=why,
            )

    def merge_beads(self, alignment: int, ids: Sequence[int], *, why: str = "") -> None:
        """Make one bead of several."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            chosen = [mending.bead(i) for i in ids]
            sides = tuple(
                tuple(s for b in chosen for s in getattr(b, side)) for side in ("source", "target")
            )
            mending.link(*sides)
            mending.event("merge beads", why)

    def split_bead(
        self, alignment: int, bead: int, source_at: int, target_at: int, *, why: str = ""
    ) -> None:
        """Cut a bead in two, before the ``source_at``-th of its source sentences and the ``target_at``-th of its target ones."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            row = mending.bead(bead)
            first = tuple(row.source[:source_at]), tuple(row.target[:target_at])
            rest = tuple(row.source[source_at:]), tuple(row.target[target_at:])
            if not any(first) or not any(rest):
                raise StoreError("a bead can only be split into two that hold a sentence each")
            mending.replace([bead], [_Group(*first), _Group(*rest)], "edited")
            mending.event("split bead", why)

    def move_sentence(
        self, alignment: int, side: Side, segment: str, bead: int, *, why: str = ""
    ) -> None:
        """Put one sentence into another bead."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            into, moved = mending.bead(bead), mending.texts.rows(side, [segment])
            grown = tuple(dict.fromkeys((*getattr(into, side), *moved)))
            across = tuple(into.target if side == "source" else into.source)
            mending.link(*((grown, across) if side == "source" else (across, grown)))
            mending.event("move sentence", why)

    def link(
        self, alignment: int, source: Sequence[str], target: Sequence[str], *, why: str = ""
    ) -> None:
        """Make one bead of these sentences (by segment id); the beads they stood in keep the rest."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            mending.link(mending.texts.rows("source", source), mending.texts.rows("target", target))
            mending.event("link", why)

    def set_bead_status(
        self, alignment: int, ids: Sequence[int], status: Status, *, why: str = ""
    ) -> None:
        """Confirm beads as anchors ("approved"), reject them, or take either back ("edited")."""
        with self.writing() as w:
            mending = _Mending(w, alignment)
            before = [mending.bead(i) for i in ids]
            for bead in before:
                w.set(beads, bead.id, status=status, editor=w.person, changed=w.now)
            was = ", ".join(sorted({b.status for b in before}))
            w.event(
                "bead status", mending.name, before=was, after=f"{status} ({len(before)})", why=why
            )


@dataclass(frozen=True, slots=True)
class _Group:
    """The segments of a bead in the making, by row."""

    source: Ids
    target: Ids
    score: float | None = None


class _Texts:
    """The segments of the two documents in their order."""

    def __init__(self, connection: Connection, source: int, target: int) -> None:
        self.sides: dict[str, dict[int, tuple[int, str, str]]] = {}
        for side, document in (("source", source), ("target", target)):
            held = select(segments.c.id, segments.c.key, segments.c.source)
            held = held.where(segments.c.document == document, ~segments.c.removed).order_by(*PLACE)
            self.sides[side] = {
                r.id: (n, r.key, r.source) for n, r in enumerate(connection.execute(held))
            }

    def rows(self, side: Side, keys: Iterable[str]) -> Ids:
        """Segments by id."""
        known = {key: row for row, (_, key, _) in self.sides[side].items()}
        keys = list(keys)
        if missing := [k for k in keys if k not in known]:
            raise StoreError(
                f"there is no segment {missing[0]} on the {side} side of this alignment"
            )
        return tuple(known[k] for k in keys)

    def ordered(self, side: Side, rows: Iterable[int]) -> Ids:
        place = self.sides[side]
        return tuple(sorted({r for r in rows if r in place}, key=lambda r: place[r][0]))


class _Mending:
    """An alignment while a person mends it."""

    def __init__(self, w: Writing, alignment: int) -> None:
        self.w = w
        self.alignment = alignment
        row = find_alignment(w.connection, alignment)
        self.name = _name(w.connection, row.source)
        self.texts = _Texts(w.connection, row.source, row.target)
        self.held = {b.id: b for b in _held(w.connection, alignment)}
        self.before: list[str] = []
        self.after: list[str] = []

    def bead(self, id_: int) -> Row[Any]:
        if id_ not in self.held:
            raise StoreError(
                "this bead is gone: somebody has regrouped its sentences; look at the alignment again"
            )
        return self.held[id_]

    def link(self, source: Iterable[int], target: Iterable[int]) -> None:
        """One bead of these; those that held some of them keep the rest."""
        chosen = _Group(self.texts.ordered("source", source), self.texts.ordered("target", target))
        taken = {*chosen.source, *chosen.target}
        touched = [b for b in self.held.values() if taken & {*b.source, *b.target}]
        if len(touched) < 2 and all({*b.source, *b.target} == taken for b in touched):
            return
        rest = [_Group(_without(b.source, taken), _without(b.target, taken)) for b in touched]
        self.replace(
            [b.id for b in touched], [chosen, *(g for g in rest if g.source or g.target)], "edited"
        )

    def replace(self, old: Sequence[int], new: Sequence[_Group], status: Status) -> None:
        self.w.remove(beads, old)
        self.before += [self.shown(self.held[i]) for i in old]
        self.after += [self.shown(g) for g in new]
        _insert(self.w, self.alignment, new, status, logged=True)

    def event(self, kind: str, why: str) -> None:
        self.w.event(
            kind, self.name, before="; ".join(self.before), after="; ".join(self.after), why=why
        )

    def shown(self, bead: Any) -> str:
        sides = (
            " ".join(
                self.texts.sides[side][r][1]
                for r in getattr(bead, side)
                if r in self.texts.sides[side]
            )
            or "–"
            for side in ("source", "target")
        )
        return " ↔ ".join(sides)


def find_alignment(connection: Connection, alignment: int) -> Row[Any]:
    """The row of an alignment. Raises StoreError where it is not here."""
    row = connection.execute(
        select(alignments).where(alignments.c.id == alignment, ~alignments.c.removed)
    ).first()
    if row is None:
        raise StoreError(f"there is no alignment {alignment} in this project")
    return row


def bead_views(connection: Connection, alignment: int) -> Iterator[BeadView]:
    """The beads of an alignment in the order of its texts."""
    row = find_alignment(connection, alignment)
    texts = _Texts(connection, row.source, row.target)
    source, target = texts.sides["source"], texts.sides["target"]
    for b in _in_order(texts, _held(connection, alignment)):
        here, there = texts.ordered("source", b.source), texts.ordered("target", b.target)
        yield BeadView(
            id=b.id, source=tuple(source[r][0] for r in here), target=tuple(target[r][0] for r in there),
            score=0.0 if b.score is None else b.score, status=b.status,
            source_ids=tuple(source[r][1] for r in here), target_ids=tuple(target[r][1] for r in there),
            source_text=" ".join(source[r][2] for r in here), target_text=" ".join(target[r][2] for r in there),
            editor=b.editor, changed=moment(b.changed),
        )  # fmt: skip


def _held(connection: Connection, alignment: int) -> list[Row[Any]]:
    held = (
        select(beads).where(beads.c.alignment == alignment, ~beads.c.removed).order_by(beads.c.id)
    )
    return list(connection.execute(held))


def _in_order(texts: _Texts, held: Sequence[Row[Any]]) -> list[Row[Any]]:
    """By the first source sentence; what has none follows the bead whose target sentences come before its own."""
    source, target = texts.sides["source"], texts.sides["target"]
    both = sorted(
        (target[b.target[-1]][0], source[b.source[0]][0]) for b in held if b.source and b.target
    )
    ends = [end for end, _ in both]

    def place(bead: Row[Any]) -> tuple[int, int, int]:
        if bead.source:
            return source[bead.source[0]][0], 0, 0
        at = target[bead.target[0]][0]
        before = bisect_left(ends, at)
        return (both[before - 1][1] if before else -1), 1, at

    return sorted(held, key=place)


def _complete(texts: _Texts, new: Iterable[BeadLike], kept: Sequence[Row[Any]]) -> list[_Group]:
    """The beads by row, without those that run into ``kept`` ones, and one more for each sentence that is in none."""
    rows = {side: list(texts.sides[side]) for side in ("source", "target")}
    taken = {r for b in kept for r in (*b.source, *b.target)}
    out: list[_Group] = []
    for bead in new:
        try:
            group = _Group(
                tuple(rows["source"][i] for i in bead.source),
                tuple(rows["target"][i] for i in bead.target),
                bead.score,
            )
        except IndexError:
            raise StoreError("the beads name more sentences than the documents have") from None
        mine = {*group.source, *group.target}
        if not mine or taken & mine:
            continue
        taken |= mine
        out.append(group)
    out += [_Group((r,), ()) for r in rows["source"] if r not in taken]
    out += [_Group((), (r,)) for r in rows["target"] if r not in taken]
    return out


def _insert(
    w: Writing, alignment: int, groups: Sequence[_Group], status: Status, *, logged: bool = False
) -> int:
    values = [
        {"alignment": alignment, "source": list(g.source), "target": list(g.target), "score": g.score, "status": status,
         "editor": w.person, "changed": w.now}
        for g in groups
    ]  # fmt: skip
    made = w.insert(beads, values)
    if logged:
        w.created(beads, made)
    return len(values)


def _without(rows: Iterable[int], taken: set[int]) -> Ids:
    return tuple(r for r in rows if r not in taken)


def _name(connection: Connection, document: int) -> str:
    named = select(documents.c.name).where(documents.c.id == document)
    name: str = connection.execute(named).scalar_one()
    return name
