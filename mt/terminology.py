"""A glossary's terms enforced in translations, with whatever engine made them.

A sentence whose translation already obeys the glossary stays as it is. The others are tried again, and the first try
that obeys is kept, else the one that does least against it:

1. with the English term in the place of the Turkish one, in the plural where that is one, and its case suffix after
   an apostrophe, as Turkish prints foreign names: the model copies it and builds the sentence around it
   (code-switching; Dinu et al. 2019, "Training neural machine translation to apply terminology constraints");
2. the same without the suffix;
3. with the translation kept up to where attention finds the term, then the term, and then whatever the model says
   after that;
4. with the words that attention finds replaced, where the model cannot go on;
5. other wordings that the model offers, for terms that are only forbidden.

The order was measured (docs/performance.md). Verbs are checked but not enforced: their English form hangs on the
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpora import casing
from corpora.bitext import Flag
from corpora.glossary import Glossary, Hit, TermWarning
from corpora.inflection import english_plural
from mt import quality

if TYPE_CHECKING:
    from mt.translator import SegmentTranslation

# What the translator lends: sentences translated (with links, if asked for), a beginning completed, other wordings.
Translate = Callable[[Sequence[str], bool], "list[SegmentTranslation]"]
Complete = Callable[[str, str], "list[str]"]
Alternatives = Callable[[str], "list[SegmentTranslation]"]


@dataclass(frozen=True, slots=True)
class Enforcer:
    """Makes translations obey ``glossary``."""

    glossary: Glossary
    translate: Translate
    complete: Complete
    alternatives: Alternatives

    def enforce(
        self, made: Sequence[SegmentTranslation], *, links: bool
    ) -> list[SegmentTranslation]:
        """``made`` with what goes against the glossary tried again, and what still does flagged."""
        out = list(made)
        left = [i for i, m in enumerate(out) if self._faults(m)]
        for suffixes in (True, False):
            left = self._switch(out, left, suffixes=suffixes, links=links)
        for i in left:
            for tried in self._spliced(out[i]):
                if self._faults(tried) < self._faults(out[i]):
                    out[i] = tried
                if not self._faults(out[i]):
                    break
        return [self._flagged(m) for m in out]

    def _faults(self, made: SegmentTranslation) -> int:
        return len(self.glossary.check(made.source, made.target))

    def _switch(
        self, out: list[SegmentTranslation], left: Sequence[int], *, suffixes: bool, links: bool
    ) -> list[int]:
        """Try the translations numbered ``left`` again with English terms; returns those that are still at fault."""
        edits = {i: self._edits(out[i].source, suffixes=suffixes) for i in left}
        tried = [i for i in left if edits[i]]
        texts = [_edited(out[i].source, edits[i]) for i in tried]
        for i, new in zip(tried, self.translate(texts, links), strict=True):
            target = _begun_as(out[i].source, new.target)
            moved = _told(out[i].source, target, new, _moved(new.links, edits[i]))
            if self._faults(moved) < self._faults(out[i]):
                out[i] = moved
        return [i for i in left if self._faults(out[i])]

    def _edits(self, source: str, *, suffixes: bool) -> list[tuple[int, int, str]]:
        """(start, end, text) for each term of ``source`` that is to be one word or more of English in it."""
        capitals = casing.is_all_caps(source)
        edits: list[tuple[int, int, str]] = []
        for hit in self.glossary.find(source):
            if term := _wanted(hit):
                text = f"{term}'{hit.suffix}" if suffixes and hit.suffix else term
                # By Turkish rules, as the headline will be lower-cased by them.
                edits.append((hit.start, hit.end, casing.upper(text, "tr") if capitals else text))
        return edits

    def _spliced(self, made: SegmentTranslation) -> Iterator[SegmentTranslation]:
        """The translation with the term put where attention finds it, completed by the model or not; others at last."""
        plain = self.translate([made.source], True)[0]
        for warning in self.glossary.check(made.source, plain.target):
            hit = next(
                h for h in self.glossary.find(made.source) if (h.start, h.end) == warning.source
            )
            place, term = _place(hit, warning, plain), _wanted(hit)
            if place and term:
                start, end = place
                term = _begun_as(made.source, term) if not plain.target[:start].strip() else term
                for whole in self.complete(made.source, plain.target[:start] + term):
                    yield _told(made.source, whole, plain)
                yield _told(made.source, plain.target[:start] + term + plain.target[end:], plain)
        yield from self.alternatives(made.source)

    def _flagged(self, made: SegmentTranslation) -> SegmentTranslation:
        found = self.glossary.check(made.source, made.target)
        flags = tuple(Flag(w.code, w.message) for w in found)
        return replace(made, flags=(*made.flags, *flags)) if flags else made


def _wanted(hit: Hit) -> str:
    """The English that is to stand for a term; "" where the glossary names none, or for a verb."""
    wanted = hit.of("preferred") or hit.of("allowed")
    if not wanted or hit.verb:
        return ""
    return english_plural(wanted[0]) if hit.plural else wanted[0]


def _place(hit: Hit, warning: TermWarning, made: SegmentTranslation) -> tuple[int, int] | None:
    """The words of the translation that stand for a term: what is forbidden, or what attention finds."""
    if warning.target:
        return warning.target
    linked = [(start, end) for s, e, start, end in made.links if s < hit.end and hit.start < e]
    return (min(s for s, _ in linked), max(e for _, e in linked)) if linked else None


def _told(
    source: str,
    target: str,
    made: SegmentTranslation,
    links: tuple[tuple[int, int, int, int], ...] = (),
) -> SegmentTranslation:
    """``made`` with another text, looked through again."""
    flags = quality.check(source, target, score=made.score)
    return replace(made, source=source, target=target, flags=flags, links=links)


def _begun_as(source: str, target: str) -> str:
    """``target`` with a capital at its beginning, if that of ``source`` is one."""
    capital = next((c.isupper() for c in source if c.isalpha()), False)
    first = next((k for k, c in enumerate(target) if c.isalpha()), None)
    if not capital or first is None:
        return target
    return target[:first] + target[first].upper() + target[first + 1 :]


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _moved(
    links: Sequence[tuple[int, int, int, int]], edits: Sequence[tuple[int, int, str]]
) -> tuple[tuple[int, int, int, int], ...]:
    """Links from an edited source as links from the source: what leads into an edit leads to all that it replaced."""

    def back(at: int, side: int) -> int:
        shift = 0
        for start, end, new in edits:
            # A start lies before its character, an end behind it.
            if at - side < start + shift:
                break
            if at - side < start + shift + len(new):
                return (start, end)[side]
            shift += len(new) - (end - start)
        return at - shift

    return tuple((back(s, 0), back(e, 1), ts, te) for s, e, ts, te in links)
