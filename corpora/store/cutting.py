"""Segments cut in two and put together again, with all that hangs on them: comments, drafts, beads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update

from corpora.bitext import Status
from corpora.errors import Conflict, StoreError
from corpora.store.journal import Writing
from corpora.store.schema import alignments, beads, comments, drafts, segments
from corpora.store.segments import Segments, check_open, find_segment, stale
from corpora.store.values import SegmentView
from corpora.store.views import view_of


class Cutting(Segments):
    """Splitting and merging."""

    def split(
        self,
        document: str,
        segment: str,
        source_at: int,
        target_at: int,
        *,
        version: int,
        why: str = "",
    ) -> tuple[SegmentView, SegmentView]:
        """Cut a segment in two, before the ``source_at``-th character of its source and the ``target_at``-th of its translation.

        The first part keeps the id, and with it comments and history. Raises Conflict where somebody else has changed the
        segment since ``version``, and StoreError where nothing would be left on a side of the source, or it is locked.
        """
        with self.writing() as w:
            row = find_segment(w.connection, document, segment)
            _check(w, row, version)
            left, gap, right = _cut(row.source, source_at)
            if not left or not right:
                raise StoreError(f"segment {segment} can only be split inside its text")
            target, _, rest = _cut(row.target, target_at)
            new = _insert_after(w, row, left=left, gap=gap, source=right, target=rest)
            w.set(
                segments,
                row.id,
                source=left,
                target=target,
                confidence=None,
                reasons=None,
                flags=None,
                repair="",
                **_touched(w, _cut_status(row.status, target)),
            )
            _replace_in_beads(w, row.document, [row.id], [row.id, new])
            w.event(
                "split", document, segment, before=row.source, after=f"{left} ¦ {right}", why=why
            )
            views = (
                view_of(w.connection, find_segment(w.connection, document, key))
                for key in (segment, _key(w, new))
            )
            first, second = views
        return first, second

    def merge(
        self,
        document: str,
        segment: str,
        *,
        version: int,
        next_version: int | None = None,
        why: str = "",
    ) -> SegmentView:
        """Put a segment and the next one of its block together, under the id of the first.

        Raises Conflict where somebody else has changed one of them since ``version`` or ``next_version``, and StoreError where
        there is no next one or one of them is locked.
        """
        with self.writing() as w:
            first = find_segment(w.connection, document, segment)
            _check(w, first, version)
            second = _next(w, first)
            if second is None:
                raise StoreError(
                    f"segment {segment} is the last of its paragraph; there is nothing to merge it with"
                )
            _check(w, second, second.version if next_version is None else next_version)
            target = (
                f"{first.target}{second.gap or ' '}{second.target}"
                if first.target and second.target
                else first.target + second.target
            )
            same: Status = first.status if first.status == second.status else "edited"
            w.set(
                segments, first.id, confidence=None, reasons=None,
                source=first.source + second.gap + second.source, target=target, flags=None, repair="",
                **_touched(w, same if target else "new"),
            )  # fmt: skip
            w.remove(segments, [second.id])
            _move_remarks(w, second.id, first.id)
            _replace_in_beads(w, first.document, [first.id, second.id], [first.id])
            after = first.source + second.gap + second.source
            w.event(
                "merge",
                document,
                segment,
                before=f"{first.source} ¦ {second.source}",
                after=after,
                why=why,
            )
            return view_of(w.connection, first)


def _check(w: Writing, row: Row[Any], version: int) -> None:
    check_open(row)
    if stale(w, row, version):
        raise Conflict(row.target, view_of(w.connection, row))


def _cut(text: str, at: int) -> tuple[str, str, str]:
    """What stands before, the white space, what stands after."""
    if not 0 <= at <= len(text):
        raise StoreError(f"there is no {at}-th character in a text of {len(text)}")
    left, right = text[:at].rstrip(), text[at:].lstrip()
    return left, text[len(left) : len(text) - len(right)], right


def _cut_status(status: Status, target: str) -> Status:
    """What was approved as a whole is not approved in parts."""
    return "new" if not target else "edited" if status == "approved" else status


def _touched(w: Writing, status: Status) -> dict[str, Any]:
    return {"status": status, "editor": w.person, "changed": w.now}


def _insert_after(
    w: Writing, row: Row[Any], *, left: str, gap: str, source: str, target: str
) -> int:
    taken = set(
        w.connection.scalars(select(segments.c.key).where(segments.c.document == row.document))
    )
    key = next(k for n in range(2, len(taken) + 3) if (k := f"{row.key}-{n}") not in taken)
    return w.create(
        segments, document=row.document, key=key, block=row.block, start=row.start + len(left) + len(gap), gap=gap,
        source=source, target=target, origin=row.origin, model=row.model, score=row.score, created=w.now,
        **_touched(w, _cut_status(row.status, target)),
    )  # fmt: skip


def _key(w: Writing, row: int) -> str:
    key: str = w.connection.execute(select(segments.c.key).where(segments.c.id == row)).scalar_one()
    return key


def _next(w: Writing, row: Row[Any]) -> Row[Any] | None:
    later = select(segments).where(
        segments.c.document == row.document,
        segments.c.block == row.block,
        segments.c.start > row.start,
    )
    return w.connection.execute(
        later.where(~segments.c.removed).order_by(segments.c.start).limit(1)
    ).first()


def _move_remarks(w: Writing, old: int, new: int) -> None:
    for comment in list(
        w.connection.scalars(select(comments.c.id).where(comments.c.segment == old))
    ):
        w.set(comments, comment, segment=new)
    for draft in w.connection.execute(select(drafts).where(drafts.c.segment == old)).all():
        here = (drafts.c.person == draft.person, drafts.c.segment == new)
        joined = drafts.c.text + " " + draft.text
        if not w.connection.execute(update(drafts).where(*here).values(text=joined)).rowcount:
            values = {
                "person": draft.person,
                "segment": new,
                "text": draft.text,
                "version": draft.version,
                "made": draft.made,
            }
            w.connection.execute(insert(drafts).values(**values))


def _replace_in_beads(w: Writing, document: int, old: list[int], new: list[int]) -> None:
    """Have every bead that holds the ``old`` segments hold the ``new`` ones; beads that this joins become one."""
    for side in ("source", "target"):
        held = (
            select(beads).join(alignments).where(alignments.c[side] == document, ~beads.c.removed)
        )
        touched = [b for b in w.connection.execute(held) if set(old) & set(getattr(b, side))]
        by_alignment: dict[int, list[Row[Any]]] = {}
        for bead in touched:
            by_alignment.setdefault(bead.alignment, []).append(bead)
        for group in by_alignment.values():
            _rewrite(w, side, group, old, new)


def _rewrite(w: Writing, side: str, group: list[Row[Any]], old: list[int], new: list[int]) -> None:
    # The bead with the first of the segments takes what the others hold.
    group.sort(key=lambda b: old[0] not in getattr(b, side))
    first, others = group[0], group[1:]
    held = [s for b in group for s in getattr(b, side)]
    at = next(n for n, s in enumerate(held) if s in old)
    values: dict[str, Any] = {
        side: [
            *(s for s in held[:at] if s not in old),
            *new,
            *(s for s in held[at:] if s not in old),
        ]
    }
    if others:
        across = "target" if side == "source" else "source"
        values[across] = [s for b in group for s in getattr(b, across)]
        values |= {"status": "edited", "score": None, "editor": w.person, "changed": w.now}
    w.set(beads, first.id, **values)
    w.remove(beads, [b.id for b in others])
