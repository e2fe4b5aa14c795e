"""Quotes in a project: who said what, in a document and in its translation, and which belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, or_, select

from corpora.bitext import Status
from corpora.errors import StoreError
from corpora.store.alignments import Alignments
from corpora.store.documents import find_document
from corpora.store.journal import Writing
from corpora.store.schema import documents, quote_pairs, quote_spans, quotes
from corpora.store.values import QuoteLike, QuotePairLike, QuotePairView, QuoteView, Side, Span


class Quotes(Alignments):
    """What can be done with quotes and quote pairs."""

    def quotes(self, document: str, side: Side | None = None) -> list[QuoteView]:
        """The quotes of a document ("source") and of its translation ("target"), in reading order."""
        with self.reading() as connection:
            row = find_document(connection, document)
            here = [quotes.c.document == row.id] + ([quotes.c.side == side] if side else [])
            found = quote_views(connection, *here)
        return sorted(found, key=lambda q: (q.side, q.spans))

    def set_quotes(
        self, document: str, found: Iterable[QuoteLike], *, side: Side = "source", why: str = ""
    ) -> None:
        """Put what a program found in place of what it found before; what a person made or changed stays."""
        with self.writing() as w:
            row = find_document(w.connection, document)
            number = len(_replace(w, row.id, side, found))
            w.event("quotes", document, after=f"{number} quotes", why=why)

    def set_quote_pairs(
        self,
        source: str,
        pairs: Iterable[QuotePairLike],
        *,
        target: str | None = None,
        why: str = "",
    ) -> None:
        """Put the quotes and pairs that a program found in place of those it found before; what a person made stays.

        ``target`` is the document of the other sides; None if they stand in the translation of ``source``.
        """
        pairs = list(pairs)
        with self.writing() as w:
            here = find_document(w.connection, source)
            there = find_document(w.connection, target) if target else here
            left = _replace(w, here.id, "source", (p.source for p in pairs if p.source))
            right = _replace(
                w, there.id, "source" if target else "target", (p.target for p in pairs if p.target)
            )
            taken = _taken(w.connection, here.id, there.id)
            for pair in pairs:
                sides = {
                    "source": left.get(_spans(pair.source)) if pair.source else None,
                    "target": right.get(_spans(pair.target)) if pair.target else None,
                }
                if not taken & set(sides.values()) - {None} and any(sides.values()):
                    w.create(quote_pairs, **sides, score=pair.score, status="machine")
            w.event("quotes", source, after=f"{len(pairs)} quote pairs", why=why)

    def add_quote(
        self, document: str, quote: QuoteLike, *, side: Side = "source", why: str = ""
    ) -> int:
        """Add a quote that a program missed; returns its id."""
        with self.writing() as w:
            row = find_document(w.connection, document)
            made = _insert(w, row.id, side, quote, "edited")
            w.event("add quote", document, after=_shown(quote), why=why)
            return made

    def edit_quote(self, old: QuoteView, new: QuoteView, *, why: str = "") -> None:
        """Change a quote's speaker, kind, cue, spans, text or status; ``old`` is what the person had before them.

        Raises StoreError where it is not like that any more.
        """
        with self.writing() as w:
            _check(w, old)
            w.set(quotes, old.id, kind=new.kind, speaker=new.speaker or None, cue=new.cue, text=new.text,
                  status=new.status if new.status != old.status else "edited")  # fmt: skip
            if new.spans != old.spans:
                row = find_document(w.connection, old.document)
                held = select(quote_spans.c.id).where(
                    quote_spans.c.quote == old.id, ~quote_spans.c.removed
                )
                w.remove(quote_spans, w.connection.scalars(held).all())
                _insert_spans(w, row.id, old.id, new.spans)
            w.event("edit quote", old.document, before=_shown(old), after=_shown(new), why=why)

    def remove_quote(self, quote: QuoteView, *, why: str = "") -> None:
        """Take away what is no quote; its pair, if it has one, keeps the other side."""
        with self.writing() as w:
            _check(w, quote)
            _unpair(w, quote.id)
            w.remove(quotes, [quote.id])
            w.event("remove quote", quote.document, before=_shown(quote), why=why)

    def rename_speaker(self, where: Sequence[str], old: str, new: str, *, why: str = "") -> int:
        """Give a speaker another name in all quotes of these documents, on both sides; returns how many there were."""
        with self.writing() as w:
            rows = [find_document(w.connection, name).id for name in where]
            said = select(quotes.c.id).where(
                quotes.c.document.in_(rows), quotes.c.speaker == old, ~quotes.c.removed
            )
            found = w.connection.scalars(said).all()
            for row in found:
                w.set(quotes, row, speaker=new or None, status="edited")
            w.event("rename speaker", where[0] if where else "", before=old, after=new, why=why)
            return len(found)

    def quote_pairs(self, document: str) -> list[QuotePairView]:
        """The pairs with a side in this document or its translation, in reading order."""
        with self.reading() as connection:
            row = find_document(connection, document)
            mine = select(quotes.c.id).where(quotes.c.document == row.id)
            held = select(quote_pairs).where(
                or_(quote_pairs.c.source.in_(mine), quote_pairs.c.target.in_(mine)),
                ~quote_pairs.c.removed,
            )
            pairs = connection.execute(held.order_by(quote_pairs.c.id)).all()
            ids = {i for p in pairs for i in (p.source, p.target) if i}
            views = {q.id: q for q in quote_views(connection, quotes.c.id.in_(ids))}
        found = [
            QuotePairView(p.id, views.get(p.source), views.get(p.target), p.score, p.status)
            for p in pairs
        ]
        return sorted(found, key=lambda p: (p.source or p.target).spans)  # type: ignore[union-attr]

    def pair_quotes(
        self, source: int | None, target: int | None, *, status: Status = "edited", why: str = ""
    ) -> int:
        """Pair two quotes by their ids (None: the other text does not have it); returns the pair's id.

        They leave the pairs they were in; a partner that this leaves alone is kept as a pair with an empty side.
        """
        with self.writing() as w:
            views = [_find(w.connection, q) if q else None for q in (source, target)]
            named = next((v for v in views if v), None)
            if named is None:
                raise StoreError("a quote pair needs a quote on one side at least")
            for view in views:
                if view:
                    w.rest_on(quotes, view.id)
                    _unpair(w, view.id)
            made = w.create(quote_pairs, source=source, target=target, score=1.0, status=status)
            after = " ↔ ".join(_shown(v) if v else "–" for v in views)
            w.event("pair quotes", named.document, after=after, why=why)
            return made

    def set_pair_status(self, pair: int, status: Status, *, why: str = "") -> None:
        """Confirm ("approved") or reject a quote pair."""
        with self.writing() as w:
            row = w.connection.execute(
                select(quote_pairs).where(quote_pairs.c.id == pair, ~quote_pairs.c.removed)
            ).first()
            if row is None:
                raise StoreError(
                    "this quote pair is gone: somebody has paired its quotes anew; look at them again"
                )
            view = _find(w.connection, row.source or row.target)
            w.set(quote_pairs, pair, status=status)
            w.event("pair status", view.document, before=row.status, after=status, why=why)


def quote_views(connection: Connection, *where: ColumnElement[bool]) -> list[QuoteView]:
    """Quotes that are there, with their spans."""
    held = select(quotes, documents.c.name).join(documents).where(~quotes.c.removed, *where)
    rows = connection.execute(held.order_by(quotes.c.id)).all()
    spans: dict[int, list[Span]] = defaultdict(list)
    stand = (
        select(quote_spans).join(quotes).where(~quote_spans.c.removed, ~quotes.c.removed, *where)
    )
    for s in connection.execute(stand.order_by(quote_spans.c.block, quote_spans.c.start)):
        spans[s.quote].append((s.block, s.start, s.end))
    return [
        QuoteView(
            r.id, r.name, r.side, r.kind, r.speaker, r.cue, tuple(spans[r.id]), r.text, r.status
        )
        for r in rows
    ]


def _find(connection: Connection, quote: int) -> QuoteView:
    found = quote_views(connection, quotes.c.id == quote)
    if not found:
        raise StoreError("this quote is gone: somebody has removed it; look at the quotes again")
    return found[0]


def _check(w: Writing, seen: QuoteView) -> None:
    if _find(w.connection, seen.id) != seen:
        raise StoreError("somebody has changed this quote since you opened it; look at it again")


def _replace(
    w: Writing, document: int, side: str, found: Iterable[QuoteLike]
) -> dict[tuple[Span, ...], int]:
    """Machine-made quotes give way to ``found``; returns the ids by their spans, those that stayed included."""
    held = quote_views(w.connection, quotes.c.document == document, quotes.c.side == side)
    by_spans = {q.spans: q for q in held}
    new = {_spans(q): q for q in found}
    stale = [
        q.id
        for q in held
        if q.status == "machine" and (q.spans not in new or not _same(q, new[q.spans]))
    ]
    for row in stale:
        _unpair(w, row, alone=False)
    w.remove(quotes, stale)
    out = {spans: q.id for spans, q in by_spans.items() if q.id not in stale}
    kept = [span for q in held if q.status != "machine" for span in q.spans]
    for spans, quote in new.items():
        if spans not in out and not any(_overlap(a, b) for a in spans for b in kept):
            out[spans] = _insert(w, document, side, quote, "machine")
    return out


def _taken(connection: Connection, *rows: int) -> set[int | None]:
    """Quotes that are in a pair already: a person's, or one that the new run has found again."""
    mine = select(quotes.c.id).where(quotes.c.document.in_(rows))
    held = select(quote_pairs.c.source, quote_pairs.c.target).where(
        or_(quote_pairs.c.source.in_(mine), quote_pairs.c.target.in_(mine)), ~quote_pairs.c.removed
    )
    return {quote for pair in connection.execute(held) for quote in pair}


def _unpair(w: Writing, quote: int, *, alone: bool = True) -> None:
    """Dissolve the pairs of a quote; a partner stays ``alone`` in a pair of its own, if asked for."""
    either = or_(quote_pairs.c.source == quote, quote_pairs.c.target == quote)
    for pair in w.connection.execute(
        select(quote_pairs).where(either, ~quote_pairs.c.removed)
    ).all():
        w.remove(quote_pairs, [pair.id])
        rest = {
            side: None if getattr(pair, side) == quote else getattr(pair, side)
            for side in ("source", "target")
        }
        if alone and any(rest.values()):
            w.create(quote_pairs, **rest, score=0.0, status="edited")


def _insert(w: Writing, document: int, side: str, quote: QuoteLike, status: Status) -> int:
    made = w.create(
        quotes, document=document, side=side, kind=quote.kind, speaker=quote.speaker or None, cue=quote.cue,
        text=quote.text, status=status,
    )  # fmt: skip
    _insert_spans(w, document, made, quote.spans)
    return made


def _insert_spans(w: Writing, document: int, quote: int, spans: Iterable[Span]) -> None:
    for block, start, end in spans:
        w.create(quote_spans, quote=quote, document=document, block=block, start=start, end=end)


def _spans(quote: QuoteLike) -> tuple[Span, ...]:
    return tuple((block, start, end) for block, start, end in quote.spans)


def _same(a: QuoteLike, b: QuoteLike) -> bool:
    return (a.kind, a.speaker, a.cue, a.text) == (b.kind, b.speaker, b.cue, b.text)


def _overlap(a: Span, b: Span) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def _shown(quote: QuoteLike) -> str:
    return f"{quote.speaker or '?'}: {quote.text}"
