"""Fuzzy repair: the translation of a remembered sentence, made into one of a sentence that is nearly the same.

Numbers are adapted by the memory. A name that gave way to another is exchanged. One more stretch of words may differ:
word links tell what stands for it in the remembered translation, the model translates it anew after what stays before it,
and of the wordings it offers, each followed by what stays behind, the one that it finds likeliest is taken (after Ortega,
Sánchez-Martínez and Forcada 2016, "Fuzzy-match repair using black-box machine translation systems").

What would have to be guessed is not made: several stretches apart, one whose place in the translation is not clear, a
sentence that the model finds much less likely than what was remembered, or one with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from corpora import casing, numbers
from corpora.folding import fold
from corpora.memory import Match, diff
from mt import quality

if TYPE_CHECKING:
    from mt.translator import Translator

LEAST = 75  # percent; below it so much is new that the whole is better translated (docs/memory.md)
# By how much the mean log-probability of a token may fall short of that of the remembered pair.
SHORTFALL = 0.5

Span = tuple[int, int]
# Word links of a sentence and its translation: (source start, source end, target start, target end) in characters.
Linker = Callable[[str, str], Sequence[tuple[int, int, int, int]]]

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*(?:['’]\w+)?|\w+(?:['’-]\w+)*|[^\w\s]")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_ARTICLE = re.compile(r"\b(?:a|an|the)\s+$", re.IGNORECASE)
_TWICE = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
_REACH = 3  # words that a stretch may take in on its sides so that its translation is in one piece
_OFFERS = 4  # wordings that the model is asked for


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` of the remembered source is ``new`` in this one, so ``was`` of its translation became ``now``."""

    old: str
    new: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A remembered translation made to fit, from a match of ``percent``, and what was changed in it."""

    target: str
    percent: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """What was remembered, on its way to the new sentence."""

    source: str
    target: str
    changes: tuple[Change, ...] = ()

    def with_(self, source: Span, new: str, target: Span, now: str) -> _Text:
        """The text with what stands at ``source`` and at ``target`` exchanged."""
        (a, b), (c, d) = source, target
        change = Change(self.source[a:b], new, self.target[c:d], now)
        return _Text(
            self.source[:a] + new + self.source[b:],
            self.target[:c] + now + self.target[d:],
            (*self.changes, change),
        )


@dataclass(frozen=True, slots=True)
class Repairer:
    """Repairs matches with ``translator``; ``link`` finds the word links of a sentence and its translation."""

    translator: Translator
    link: Linker

    def repair(self, match: Match, source: str) -> Repair | None:
        """``match`` as a translation of ``source``; None where nothing trustworthy can be made of it."""
        if match.kind != "fuzzy" or match.percent < LEAST or casing.is_all_caps(source):
            return None
        source = " ".join(source.split())
        text = _with_marks(self._with_names(_with_numbers(match, source), source), source)
        stretches = _stretches(text.source, source)
        if len(stretches) > 1:
            return None
        tried = self._anew(text, source, *stretches[0]) if stretches else [text]
        good = [t for t in tried if not self._doubts(match, t.target, source)]
        scores = self._likelihoods(source, [t.target for t in good])
        if not good:
            return None
        best, score = max(zip(good, scores, strict=True), key=lambda one: one[1])
        if stretches:
            (before,) = self._likelihoods(match.pair.source, [match.pair.target])
            if score < before - SHORTFALL:
                return None
        return Repair(best.target, match.percent, best.changes)

    def _with_names(self, text: _Text, source: str) -> _Text:
        """``text`` with the names exchanged that gave way to others and that the translation prints as the source does."""
        found: dict[tuple[str, str], list[tuple[Span, str]]] = {}
        for old, new in _stretches(text.source, source):
            names = _name(text.source[slice(*old)]), _name(source[slice(*new)])
            if all(names):
                found.setdefault(names, []).append((old, source[slice(*new)]))
        done: list[tuple[Span, str]] = []
        for (was, now), stretches in found.items():
            there = _occurrences(was, text.target)
            # One of two could not be told from the other.
            if len(there) == len(_occurrences(was, text.source)) == len(stretches) and _occurrences(
                now, self._plain(source)
            ):
                done += stretches
                change = Change(was, now, was, now)
                target = _exchanged(text.target, [(place, now) for place in there])
                text = replace(text, target=target, changes=(*text.changes, change))
        return replace(text, source=_exchanged(text.source, sorted(done)))

    def _plain(self, source: str) -> str:
        return next(iter(self.translator.segments([source]))).target

    def _anew(self, text: _Text, source: str, old: Span, new: Span) -> Iterator[_Text]:
        """``text`` with the stretch translated anew, in every wording that the model offers."""
        placed = self._placed(text, old)
        if placed is None:
            return
        (a, b), (start, end) = placed
        # On either side of the stretch the sources are the same.
        wider = a, len(source) - (len(text.source) - b)
        before, after = text.target[:start], text.target[end:]
        offers: list[str] = []
        for whole in self.translator.complete(source, before, _OFFERS):
            offers += self._cut(source, whole, start, wider, after)
        # What is gone from the source may leave nothing behind; anything else says something.
        offers = ["", *offers] if new[0] == new[1] else [o for o in offers if o]
        most = 3 + 2 * len(source[slice(*wider)].split())
        for now in dict.fromkeys(offers):
            # What is to change has to; and what goes on and on says something twice.
            if fold(now) == fold(text.target[start:end]) or len(now.split()) > most:
                continue
            gone = 0 if now else len(after) - len(after.lstrip())
            made = text.with_((a, b), source[slice(*wider)], (start, end + gone), now)
            yield made if start else replace(made, target=made.target[:1].upper() + made.target[1:])

    def _cut(self, source: str, whole: str, start: int, stretch: Span, after: str) -> Iterator[str]:
        """Where in ``whole`` what stands for the stretch may end, ``after`` being what is to follow."""
        rest = whole[start:]
        if not after.strip():
            yield rest
            return
        # Where the model says the same again…
        first = next(iter(_WORD.finditer(after)))
        for place in re.finditer(rf"(?<!\w){re.escape(first.group())}(?!\w)", rest):
            yield rest[: place.start()].rstrip()
        # …or where its words for the stretch end.
        ends = [
            t_end
            for a, b, t, t_end in self.link(source, whole)
            if a < stretch[1] and stretch[0] < b and t >= start
        ]
        if ends:
            yield whole[start : max(ends)]

    def _placed(self, text: _Text, stretch: Span) -> tuple[Span, Span] | None:
        """The stretch, and what stands for it in the translation: as few words around it as make both one piece."""
        words = [m.span() for m in _WORD.finditer(text.source)]
        number_of = {start: n for n, (start, _) in enumerate(words)}
        links = [
            (number_of[s], t, end)
            for s, _, t, end in self.link(text.source, text.target)
            if s in number_of
        ]
        inside = [n for n, (a, b) in enumerate(words) if a < stretch[1] and stretch[0] < b]
        if not inside:  # something came in between: its neighbour is translated with it
            after = (n for n, (a, _) in enumerate(words) if a >= stretch[1])
            inside = [next(after, len(words) - 1)]
        first, last = inside[0], inside[-1]
        while inside[0] - first <= _REACH and last - inside[-1] <= _REACH:
            mine = [(t, end) for n, t, end in links if first <= n <= last]
            if not mine:
                return None
            start, end = min(t for t, _ in mine), max(e for _, e in mine)
            reached = [n for n, t, t_end in links if t < end and start < t_end]
            if first <= min(reached) and max(reached) <= last:
                if article := _ARTICLE.search(text.target[:start]):
                    start = article.start()
                return (min(words[first][0], stretch[0]), max(words[last][1], stretch[1])), (
                    start,
                    end,
                )
            first, last = min(first, *reached), max(last, *reached)
        return None

    def _doubts(self, match: Match, target: str, source: str) -> bool:
        """Whether something looks wrong with ``target`` that was not so with what was remembered."""
        glossary = self.translator.glossary
        if glossary and glossary.check(source, target):
            return True
        if _TWICE.search(target) and not _TWICE.search(match.pair.target):
            return True
        known = {f.code for f in quality.check(match.pair.source, match.pair.target)}
        return any(f.code not in known for f in quality.check(source, target))

    def _likelihoods(self, source: str, targets: Sequence[str]) -> list[float]:
        """How likely the model finds each target, a mean over its tokens; names stand aside on both sides."""
        vocabulary = self.translator.engine.vocabulary
        plain = " ".join(source.split())
        masked, names = vocabulary.names.mask(plain) if vocabulary.names else (plain, ())
        pieces = vocabulary.encode_source(masked)
        pairs: list[tuple[Sequence[str], Sequence[str]]] = []
        for target in targets:
            for word, name in names:
                target = re.sub(rf"\b{re.escape(name)}\b", word, target)
            pairs.append((pieces, vocabulary.encode_target(target)))
        return self.translator.engine.score(pairs)


def _with_numbers(match: Match, source: str) -> _Text:
    """What was remembered, with the numbers that the memory has adapted."""
    pair = match.pair
    remembered = " ".join(pair.source.split())
    old, new = ([m.span() for m in _NUMBER.finditer(t)] for t in (remembered, source))
    if not match.adapted or len(old) != len(new):
        return _Text(remembered, pair.target)
    steps = [s for s in diff(pair.target, match.target) if s.kind == "replace"]
    made, at = "", 0
    changes: list[Change] = []
    for (a, b), (c, d) in zip(old, new, strict=True):
        made += remembered[at:a] + source[c:d]
        at = b
        if remembered[a:b] != source[c:d]:
            step = next((s for s in steps if not numbers.missing(source[c:d], s.new)), None)
            was, now = (step.old.strip(), step.new.strip()) if step else ("", "")
            changes.append(Change(remembered[a:b], source[c:d], was, now))
    return _Text(made + remembered[at:], match.target, tuple(changes))


def _stretches(old: str, new: str) -> list[tuple[Span, Span]]:
    """Where ``new`` differs from ``old``, in words: spans of both; with no whole word between them they are one."""
    a, b = ([(m.span(), fold(m.group())) for m in _WORD.finditer(t)] for t in (old, new))
    found: list[list[int]] = []
    for step in Levenshtein.opcodes([w for _, w in a], [w for _, w in b]):
        if step.tag == "equal":
            continue
        between = [w for _, w in a[found[-1][1] : step.src_start]] if found else []
        if found and not any(w[0].isalnum() for w in between):
            found[-1][1], found[-1][3] = step.src_end, step.dest_end
        else:
            found.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
    return [(_span(a, f[0], f[1], len(old)), _span(b, f[2], f[3], len(new))) for f in found]


def _span(words: Sequence[tuple[Span, str]], first: int, end: int, length: int) -> Span:
    """Characters of the words from ``first`` to ``end``; where there are none, the place where they would stand."""
    if first < end:
        return words[first][0][0], words[end - 1][0][1]
    at = words[first][0][0] if first < len(words) else length
    return at, at


def _with_marks(text: _Text, source: str) -> _Text:
    """``text`` with the marks exchanged that gave way to others, where it is clear which they are in the translation."""
    for old, new in _stretches(text.source, source):
        was, now = text.source[slice(*old)], source[slice(*new)]
        if any(c.isalnum() for c in was + now):
            continue
        if old[1] == len(text.source) and new[1] == len(source) and {*was, *now} <= {*".…:;"}:
            end = text.target.rstrip()
            if end.endswith(was) and (was or end[-1:].isalnum()):
                return text.with_(old, now, (len(end) - len(was), len(text.target)), now)
        elif was and now and text.source.count(was) == text.target.count(was) == 1:
            # With the space around it: a colon has none before it, a dash has.
            (a, b), (c, d), at = (
                _spaced(text.source, old),
                _spaced(source, new),
                text.target.index(was),
            )
            return text.with_(
                (a, b), source[c:d], _spaced(text.target, (at, at + len(was))), source[c:d]
            )
    return text


def _spaced(text: str, span: Span) -> Span:
    start, end = span
    return len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())


def _name(stretch: str) -> str:
    """The name that a stretch is, without what follows its apostrophe; "" where it holds a word that is none."""
    plain = re.sub(r"['’]\w+$", "", stretch)
    words = plain.split()
    named = all(any(c.isupper() for c in w) and w[0].isalnum() and len(w) > 1 for w in words)
    return plain if named and len(words) < 4 else ""


def _occurrences(name: str, text: str) -> list[Span]:
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def _exchanged(text: str, edits: Sequence[tuple[Span, str]]) -> str:
    for (start, end), new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text
