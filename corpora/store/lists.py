"""What a project holds beside its texts: the glossary, and what evaluations have found."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from corpora.glossary import Term
from corpora.store.database import moment, stamp
from corpora.store.exchange import Exchange
from corpora.store.schema import results, terms
from corpora.store.terms import COLUMNS, put_in, take_out
from corpora.store.values import Result


class Lists(Exchange):
    """Terms and results."""

    def terms(self) -> list[Term]:
        """The glossary, in the order in which it grew."""
        with self.reading() as connection:
            held = connection.execute(select(*COLUMNS).where(~terms.c.removed).order_by(terms.c.id))
            return [Term(**row._asdict()) for row in held]

    def add_term(self, term: Term, *, why: str = "") -> None:
        """Add a term to the glossary; one that is there already stays as it is."""
        self.add_terms([term], why=why)

    def add_terms(self, new: Iterable[Term], *, why: str = "") -> int:
        """Add terms as one change; returns how many were not there."""
        with self.writing() as w:
            fresh = put_in(w, new)
            shown = [f"{t.source} → {t.target}" for t in fresh]
            w.event(
                "add term", after=shown[0] if len(shown) == 1 else f"{len(shown)} terms", why=why
            )
            return len(fresh)

    def remove_term(self, term: Term, *, why: str = "") -> None:
        """Take a term out of the glossary; nothing happens where it is not there."""
        with self.writing() as w:
            take_out(w, term)
            w.event("remove term", before=f"{term.source} → {term.target}", why=why)

    def revise_term(self, old: Term | None, new: Term | None, *, why: str = "") -> None:
        """Put ``new`` in the place of ``old``, as one change; either may be None."""
        with self.writing() as w:
            if old:
                take_out(w, old)
            put_in(w, [new] if new else [])
            before, after = (f"{t.source} → {t.target}" if t else "" for t in (old, new))
            w.event("revise term", before=before, after=after, why=why)

    def results(self, test: str | None = None) -> list[Result]:
        """Evaluations in the order of time: all, or those on one test set."""
        held = select(results).order_by(results.c.made, results.c.id)
        with self.reading() as connection:
            found = connection.execute(held if test is None else held.where(results.c.test == test))
            return [Result(r.model, r.test, r.signature, r.scores, moment(r.made)) for r in found]

    def add_result(self, result: Result) -> None:
        """Keep what an evaluation has found."""
        with self.writing() as w:
            made = stamp(result.when) if result.when else w.now
            values = {"model": result.model, "test": result.test, "signature": result.signature}
            w.insert(results, [{**values, "scores": dict(result.scores), "made": made}])
