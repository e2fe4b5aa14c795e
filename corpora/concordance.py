"""Concordance: where a word or phrase stands in a project, on either side, in any of its forms, with its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from corpora.bitext import Status
from corpora.errors import InputError
from corpora.folding import fold
from corpora.inflection import WORD, english_forms, stems
from corpora.phrases import Finder, longest

if TYPE_CHECKING:
    from sqlalchemy import Row

    from corpora.store import Filter, Project
    from corpora.store.values import Side

_BATCH = 200
_ABBREVIATION = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A segment that holds what was looked for.

    ``in_source`` and ``in_target`` are its places there, as (start, end) in characters; ``before`` and ``after`` are
    source and target of the neighbouring segments ("" where there is none).
    """

    document: str
    segment: str
    source: str
    target: str
    status: Status
    in_source: tuple[tuple[int, int], ...]
    in_target: tuple[tuple[int, int], ...]
    before: tuple[str, str]
    after: tuple[str, str]


def search(
    project: Project,
    term: str,
    *,
    side: Literal["source", "target", "both"] = "both",
    exact: bool = False,
    where: Filter | None = None,
    limit: int | None = None,
) -> Iterator[Hit]:
    """The segments that hold ``term``, a word or words in this order, document by document.

    The words are meant in any form: Turkish as in `corpora.inflection`, İ/ı and case set aside; ``exact`` takes only
    the form given. ``where`` narrows the segments down. Raises InputError where ``term`` has no word.
    """
    if not WORD.search(term):
        raise InputError(f"there is no word to look for in {term!r}")
    sides: list[Side] = ["source", "target"] if side == "both" else [side]
    # Capitals are an abbreviation (AB is no ab) only in a short word: a whole term may be typed in them.
    phrase = term if len(term) <= _ABBREVIATION else fold(term)
    finders = {lang: Finder([phrase], lang) for lang in ("tr", "en")}
    found = 0
    for row in _rows(project, {s: _beginnings(term) for s in sides}, where):
        places = {
            s: _places(term, getattr(row, s), finders[lang], exact=exact)
            for s in sides
            if (lang := row.lang if s == "source" else row.target_lang) in finders
        }
        if not any(places.values()):
            continue
        yield Hit(
            row.name, row.key, row.source, row.target, row.status, places.get("source", ()), places.get("target", ()),
            (row.source_before or "", row.target_before or ""), (row.source_after or "", row.target_after or ""),
        )  # fmt: skip
        found += 1
        if found == limit:
            return


def _rows(
    project: Project, words: Mapping[Side, Sequence[Sequence[str]]], where: Filter | None
) -> Iterator[Row[Any]]:
    """Segments that may hold the words, in order, with what stands around them."""
    from sqlalchemy import select

    from corpora.store.neighbours import neighbour
    from corpora.store.schema import segments
    from corpora.store.search import holding
    from corpora.store.views import conditions, views

    place = (segments.c.document, segments.c.block, segments.c.start)
    around = [
        neighbour(column, later=later).label(f"{column}_{name}")
        for column in ("source", "target")
        for name, later in (("before", False), ("after", True))
    ]
    chosen = views().add_columns(*around).where(*conditions(where)).order_by(*place)
    with project.reading() as connection:
        # The ids first: asked for a few rows in order, PostgreSQL would go through all of them in order.
        held = select(segments.c.id).where(holding(words, connection.dialect.name))
        ids = connection.scalars(held.order_by(*place)).all()
        for at in range(0, len(ids), _BATCH):
            batch = segments.c.id.in_(ids[at : at + _BATCH])
            yield from connection.execute(chosen.where(batch)).all()


def _beginnings(term: str) -> list[list[str]]:
    """For each word of ``term``, what every form of it in either language begins with, up to an apostrophe."""
    made: list[list[str]] = []
    for word in map(fold, WORD.findall(term)):
        forms = {stem.text for stem in stems(word, compound=True)} | english_forms(word)
        heads = sorted({form.split("'")[0] for form in forms}, key=len)
        # A longer beginning adds nothing to a shorter one.
        kept = [h for n, h in enumerate(heads) if not any(h.startswith(k) for k in heads[:n])]
        made.append(kept)
    return made


def _places(term: str, text: str, finder: Finder, *, exact: bool) -> tuple[tuple[int, int], ...]:
    found = ((start, end) for start, end, _ in longest(finder.find(text)))
    if not exact:
        return tuple(found)
    # What follows an apostrophe is a suffix, or the 's of a possessive.
    wanted = [fold(word) for word in WORD.findall(term)]
    return tuple(
        (start, end)
        for start, end in found
        if [re.split("['’]", word)[0] for word in map(fold, WORD.findall(text[start:end]))]
        == wanted
    )
