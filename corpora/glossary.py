"""Glossary: how terms are to be translated, found in a text in any of their forms, and checked in its translation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from corpora.folding import fold
from corpora.inflection import WORD, stems
from corpora.phrases import Finder, longest, words_of

TermStatus = Literal["preferred", "allowed", "forbidden"]
TermKind = Literal["", "name"]


@dataclass(frozen=True, slots=True)
class Term:
    """A source term with one translation of it.

    ``status`` is about ``target``: to be used ("preferred"), good as well ("allowed"), or never to be used
    ("forbidden"). A source term with several translations is several Terms. ``kind`` is "name" of a proper name, which
    is found only where it is printed with its capitals (Güneş, not güneş).
    """

    source: str
    target: str
    status: TermStatus = "preferred"
    note: str = ""
    source_lang: str = "tr"
    target_lang: str = "en"
    kind: TermKind = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A source term found in a text: ``text[start:end]`` is a form of it, ``terms`` all that the glossary says of it.

    ``suffix`` is what the text adds to the term besides the plural (case, possessive), ``plural`` whether it is a
    plural; of a ``verb`` neither is known.
    """

    start: int
    end: int
    terms: tuple[Term, ...]
    suffix: str = ""
    plural: bool = False
    verb: bool = False

    def of(self, *status: TermStatus) -> list[str]:
        """The translations of that status, in the glossary's order."""
        return [t.target for t in self.terms if t.status in status]


@dataclass(frozen=True, slots=True)
class TermWarning:
    """What a translation does against the glossary.

    ``code`` is "term-missing" or "term-forbidden"; ``message`` says it to a person. ``source`` and ``target`` are
    character spans; ``target`` is None where the fault is that something is not there.
    """

    code: Literal["term-missing", "term-forbidden"]
    message: str
    term: Term
    source: tuple[int, int]
    target: tuple[int, int] | None = None


class Glossary:
    """Terms, ready to be found. Immutable; building costs some microseconds a term."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        """Keep ``terms`` in order; those without text on either side are left out."""
        self.terms = tuple(t for t in terms if WORD.search(t.source) and WORD.search(t.target))
        self._of: dict[tuple[str, ...], list[Term]] = defaultdict(list)
        for term in self.terms:
            self._of[words_of(term.source)].append(term)

    def __len__(self) -> int:
        """Number of terms."""
        return len(self.terms)

    @cached_property
    def _sources(self) -> Finder:
        lang = self.terms[0].source_lang if self.terms else "tr"
        return Finder((terms[0].source for terms in self._of.values()), lang)

    @cached_property
    def _targets(self) -> Finder:
        lang = self.terms[0].target_lang if self.terms else "en"
        return Finder(dict.fromkeys(term.target for term in self.terms), lang)

    def find(self, text: str) -> list[Hit]:
        """The source terms of ``text`` in order; of those that overlap the longest."""
        found = {
            (start, end, phrase): terms
            for start, end, phrase in self._sources.find(text)
            if (terms := tuple(self._meant(phrase, text[start:end])))
        }
        return [
            Hit(start, end, found[start, end, phrase], *_ending(phrase, text[start:end]))
            for start, end, phrase in longest(found)
        ]

    def _meant(self, phrase: str, printed: str) -> Iterator[Term]:
        """The terms of ``phrase`` that ``printed`` can stand for: a name has its capitals."""
        words = [m.group() for m in WORD.finditer(printed)]
        for term in self._of[words_of(phrase)]:
            capitals = [m.group()[0].isupper() for m in WORD.finditer(term.source)]
            if term.kind != "name" or all(
                w[0].isupper() for w, c in zip(words, capitals, strict=True) if c
            ):
                yield term

    def check(self, source: str, target: str) -> tuple[TermWarning, ...]:
        """What ``target`` does against the glossary as a translation of ``source``.

        A source term needs one of its preferred or allowed translations, in any form, somewhere in ``target``; a
        forbidden one may stand there only inside a longer one that is not.
        """
        hits = self.find(source)
        if not hits:
            return ()
        there = list(self._targets.find(target))
        warnings: dict[tuple[str, str, str], TermWarning] = {}
        for hit in hits:
            for warning in _warnings(hit, there, source, target):
                warnings.setdefault((warning.code, *_pair(warning.term)), warning)
        return tuple(warnings.values())


def _warnings(
    hit: Hit, there: Sequence[tuple[int, int, str]], source: str, target: str
) -> Iterator[TermWarning]:
    span = (hit.start, hit.end)
    printed = source[hit.start : hit.end]
    wanted = hit.of("preferred", "allowed")
    good = [(start, end) for start, end, phrase in there if phrase in wanted]
    forbidden = [t.target for t in hit.terms if t.status == "forbidden"]
    if wanted and not good and not any(phrase in forbidden for _, _, phrase in there):
        term = next(t for t in hit.terms if t.target == (hit.of("preferred") or wanted)[0])
        others = "".join(f" or “{w}”" for w in wanted if w != term.target)
        message = f"The glossary translates “{printed}” as “{term.target}”{others}."
        yield TermWarning("term-missing", message, term, span)
    for term in hit.terms:
        if term.status != "forbidden":
            continue
        for start, end, phrase in there:
            if phrase == term.target and not any(s <= start and end <= e for s, e in good):
                instead = f"; it says “{wanted[0]}”" if wanted else ""
                message = f"The glossary forbids “{target[start:end]}” for “{printed}”{instead}."
                yield TermWarning("term-forbidden", message, term, span, (start, end))
                break


def _ending(phrase: str, printed: str) -> tuple[str, bool, bool]:
    """What ``printed`` adds to ``phrase`` besides the plural, whether that is there, and whether it is a verb."""
    words, term = WORD.findall(printed), WORD.findall(phrase)
    folded = fold(words[-1])
    found = stems(fold(term[-1]), compound=len(term) > 1)
    if any(stem.is_verb for stem in found):
        return "", False, True
    stem = next((s for s in found if s.begins(folded)), None)
    if stem is None or len(folded) != len(words[-1]):  # letters composed of several characters
        return "", False, False
    rest = words[-1][len(stem.text) :].lstrip("'’")
    if re.match("l[ae]r", fold(rest)):
        return rest[3:].lstrip("'’"), True, False
    return rest, False, False


def _pair(term: Term) -> tuple[str, str]:
    return term.source, term.target
