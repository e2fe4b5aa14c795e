"""What a person changed in a translation, tied to the words of the source, so that it can be changed in the like places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from corpora.folding import fold
from corpora.glossary import Term
from mt.repair import Linker

LEARNED = "learned"  # the note of a term that nobody typed
Span = tuple[int, int]

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*(?:['’]\w+)?|\w+(?:['’-]\w+)*|[^\w\s]")
_MOST = 5  # words of a wording; more is another sentence
_MOST_OF_NAME = 9
_ALIKE = 0.6  # share of letters that a name and its rendering have in common, from here on
# What the last word of a name may add without an apostrophe, after a possessive: Bakanlığı-ndan.
_CASE = re.compile(r"(?<=[ıiuü])(?:n[dt][ae]n?|n[ıiuü]n|n[ae]|n[ıiuü]|yl[ae])$")


@dataclass(frozen=True, slots=True)
class Wording:
    """``source`` (as printed, the case suffix of a name left out) was ``before`` and is ``after`` now."""

    source: str
    before: str
    after: str
    is_name: bool = False

    @property
    def term(self) -> Term:
        """A name's rendering as a term of the glossary."""
        target = re.sub(r"^the ", "", self.after, flags=re.IGNORECASE)
        return Term(self.source, target, note=LEARNED, kind="name")


def wordings(source: str, before: str, after: str, link: Linker) -> Iterator[Wording]:
    """The phrases of ``before``, a translation of ``source``, that ``after`` says otherwise; longer changes are left out."""
    links = link(source, before)
    for old, new in _changes(before, after):
        was, now = before[slice(*old)], after[slice(*new)]
        linked = [(s, e) for s, e, t, end in links if t < old[1] and old[0] < end]
        if not linked or not any(len(w) > 3 or w[:1].isupper() for w in was.split()):
            continue
        span = min(s for s, _ in linked), max(e for _, e in linked)
        printed = source[slice(*span)]
        if len(printed.split()) > _MOST:
            continue
        plain = _bare(printed)
        if _is_spelt(plain, was, now):
            yield Wording(plain, was, now, is_name=True)
        elif name := _institution(source, span, after, new, link):
            yield Wording(name[0], was, now)
            yield Wording(name[0], "", name[1], is_name=True)
        else:
            yield Wording(printed, was, now)


def replaced(text: str, wording: Wording) -> str:
    """``text`` with the wording as it is now; a capital at the beginning and the article before it are minded."""

    def put(match: re.Match[str]) -> str:
        article, said = match[1] or "", match[2]
        new = wording.after
        if said[:1].isupper() and not wording.before[:1].isupper():
            new = new[:1].upper() + new[1:]
        if article:
            vowel = new[:1].lower() in "aeiou"
            article = article[0] + ("n" if vowel else "") + " "
        return article + new

    pattern = rf"(?<!\w)(an? )?({re.escape(wording.before)})(?!\w)"
    return re.sub(pattern, put, text, flags=re.IGNORECASE)


def _changes(before: str, after: str) -> list[tuple[Span, Span]]:
    """Spans of the phrases exchanged, both with words."""
    a, b = ([(m.span(), m.group()) for m in _WORD.finditer(t)] for t in (before, after))
    made = []
    for step in Levenshtein.opcodes([w for _, w in a], [w for _, w in b]):
        mine, theirs = a[step.src_start : step.src_end], b[step.dest_start : step.dest_end]
        if (
            step.tag == "replace"
            and max(len(mine), len(theirs)) <= _MOST
            and all(any(w[0].isalpha() for _, w in side) for side in (mine, theirs))
        ):
            made.append(((mine[0][0][0], mine[-1][0][1]), (theirs[0][0][0], theirs[-1][0][1])))
    return made


def _bare(printed: str) -> str:
    return re.sub(r"['’]\w+$", "", printed)


def _is_spelt(name: str, was: str, now: str) -> bool:
    """Whether ``name`` is a name and one of the two renders it letter by letter, more or less."""
    if not all(word[0].isupper() for word in name.split()):
        return False
    if not all(word[:1].isupper() for word in now.split()):
        return False
    alike = (Levenshtein.normalized_similarity(fold(name), fold(_bare(t))) for t in (was, now))
    return max(alike) >= _ALIKE


def _institution(
    source: str, span: Span, after: str, new: Span, link: Linker
) -> tuple[str, str] | None:
    """The whole name, of several capitalised words, that the words at ``span`` belong to, and how ``after`` renders it."""
    words = [(m.span(), m.group()) for m in _WORD.finditer(source)]
    inside = [n for n, ((a, b), _) in enumerate(words) if a < span[1] and span[0] < b]
    if not all(_is_part(words[n][1], after) for n in inside):
        return None
    first, last = inside[0], inside[-1]
    while first and _is_part(words[first - 1][1], after):
        first -= 1
    # What follows an apostrophe ends a name.
    while (
        last + 1 < len(words)
        and "'" not in fold(words[last][1])
        and _is_part(words[last + 1][1], after)
    ):
        last += 1
    while first < last and words[first][1] == "ve":
        first += 1
    while first < last and words[last][1] == "ve":
        last -= 1
    if first == last:
        return None
    start, end = words[first][0][0], words[last][0][1]
    places = [(t, t_end) for s, _, t, t_end in link(source, after) if start <= s < end]
    low, high = (
        min((t for t, _ in places), default=new[0]),
        max((e for _, e in places), default=new[1]),
    )
    # The preposition is that of the case, no part of the name.
    rendered = re.sub(r"^(?:[a-z]+\s+)+", "", after[min(low, new[0]) : max(high, new[1])])
    if len(rendered.split()) > _MOST_OF_NAME or not rendered[:1].isupper():
        return None
    return _CASE.sub("", _bare(source[start:end])), rendered


def _is_part(word: str, after: str) -> bool:
    """Whether ``word`` may be part of a translated name: capitalised, and not printed in English as it is."""
    plain = _bare(word)
    named = word == "ve" or (word[0].isupper() and len(plain) > 1)
    return named and not re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", after)
