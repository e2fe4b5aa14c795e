"""The word lists behind quote finding, kept as tables that a linguist can read and extend.

Each language has ``verbs.tsv`` (how speech is reported), ``roles.tsv`` (who speaks), ``kin.tsv`` (which roles may be
the same person's) and ``words.tsv`` (short lists);
the comment at the top of each file explains its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of ``verbs.tsv``."""

    forms: tuple[str, ...]
    beside: tuple[str, ...]
    content: str
    sense: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables of one language.

    ``roles`` maps a noun to its class (the first one listed), ``lists`` a list's name to its words, ``kin`` a noun to
    those that may be said of the same person.
    """

    verbs: tuple[Verb, ...]
    roles: dict[str, str]
    titles: frozenset[str]
    lists: dict[str, frozenset[str]]
    kin: dict[str, frozenset[str]]


@cache
def lexicon(lang: str) -> Lexicon:
    """The tables of "tr" or "en"."""
    verbs = tuple(
        Verb(
            tuple(forms.split("|")), () if beside == "-" else tuple(beside.split("|")), takes, sense
        )
        for forms, beside, takes, sense in _rows(lang, "verbs")
    )
    roles: dict[str, str] = {}
    titles: set[str] = set()
    for kind, words in _rows(lang, "roles"):
        for word in words.split():
            roles.setdefault(word.replace("_", " "), kind)
            if kind in ("title", "honorific"):
                titles.add(word)
    lists: dict[str, frozenset[str]] = {}
    for name, words in _rows(lang, "words"):
        lists[name] = lists.get(name, frozenset()) | frozenset(words.split())
    kin: dict[str, frozenset[str]] = {}
    for (words,) in _rows(lang, "kin"):
        group = frozenset(word.replace("_", " ") for word in words.split())
        for word in group:
            kin[word] = kin.get(word, frozenset()) | group
    return Lexicon(verbs, roles, frozenset(titles), lists, kin)


def _rows(lang: str, table: str) -> Iterator[list[str]]:
    text = (files(__package__) / lang / f"{table}.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
