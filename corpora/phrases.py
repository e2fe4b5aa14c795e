"""Phrases found in a text in any of their forms: müzakere in müzakerelerin, ministry in ministries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpora.folding import fold
from corpora.inflection import WORD, Stem, english_forms, stems

_ABBREVIATION = 5  # letters at most, of which one is printed in capitals
# What may stand between two words of one phrase.
_GAP = re.compile(r"\s+|\s*[-–/.&]\s*|")


class Finder:
    """Finds many phrases of one language in a text, in any of their forms.

    The forms of a phrase's first word (its stems, in Turkish) lead to the phrase, so the time hangs on the length of
    the text and hardly on the number of phrases.
    """

    def __init__(self, phrases: Iterable[str], lang: str) -> None:
        """Look for ``phrases`` of ``lang`` ("tr" or "en")."""
        self._turkish = lang == "tr"
        self._first: dict[str, list[_Phrase]] = defaultdict(list)
        for text in phrases:
            phrase = _Phrase(text, turkish=self._turkish)
            for key in phrase.keys:
                self._first[key].append(phrase)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, phrase) for every occurrence, by start; they may overlap."""
        words = [(m.start(), m.end(), m.group()) for m in WORD.finditer(text)]
        folded = [fold(word) for _, _, word in words]
        for at, word in enumerate(folded):
            lengths = range(1, len(word) + 1) if self._turkish else (len(word),)
            seen: set[int] = set()
            for length in lengths:
                for phrase in self._first.get(word[:length], ()):
                    if id(phrase) not in seen and phrase.stands(text, words, folded, at):
                        seen.add(id(phrase))
                        last = at + len(phrase.words) - 1
                        yield words[at][0], words[last][1], phrase.text


class _Phrase:
    """The words of a term and the forms that each may take."""

    def __init__(self, text: str, *, turkish: bool) -> None:
        self.text = text
        matches = list(WORD.finditer(text))
        self.words = [fold(m.group()) for m in matches]
        self._gaps = [bool(text[a.end() : b.start()].strip()) for a, b in pairwise(matches)]
        # AB is the EU, ab is water: an abbreviation wants its capitals.
        self._capitals = [
            1 < len(m.group()) <= _ABBREVIATION and m.group().isupper() for m in matches
        ]
        if text.isupper() and len(matches) > 1:
            self._capitals = [False] * len(matches)
        last = len(self.words) - 1
        self._stems: tuple[Stem, ...] = ()
        self._forms: list[frozenset[str]] = []
        if turkish:
            self._stems = stems(self.words[-1], compound=last > 0)
            self._forms = [frozenset((word,)) for word in self.words[:-1]]
        else:
            self._forms = [english_forms(word) for word in self.words]
        self.keys = (
            frozenset(s.text for s in self._stems) if turkish and not last else self._forms[0]
        )

    def stands(
        self,
        text: str,
        words: Sequence[tuple[int, int, str]],
        folded: Sequence[str],
        at: int,
    ) -> bool:
        """Whether the phrase stands in ``text`` from its word number ``at`` on."""
        if at + len(self.words) > len(words):
            return False
        for k in range(len(self.words)):
            if not self._is(k, folded[at + k], words[at + k][2]):
                return False
            if k and not self._joined(
                text[words[at + k - 1][1] : words[at + k][0]], self._gaps[k - 1]
            ):
                return False
        return True

    def _is(self, k: int, folded: str, printed: str) -> bool:
        if self._capitals[k] and not printed[: len(self.words[k])].isupper():
            return False
        if k < len(self._forms):
            return folded in self._forms[k]
        return any(stem.begins(folded) for stem in self._stems)

    @staticmethod
    def _joined(gap: str, marked: bool) -> bool:
        return bool(_GAP.fullmatch(gap)) and bool(gap.strip()) == marked


def words_of(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase: what makes two phrases the same."""
    return tuple(fold(word) for word in WORD.findall(phrase))


def longest(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of spans that overlap the longest, then the first."""
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(found, key=lambda h: (h[0] - h[1], h[0])):
        if all(hit[1] <= start or end <= hit[0] for start, end, _ in kept):
            kept.append(hit)
    return sorted(kept)
