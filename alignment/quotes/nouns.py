"""Nouns in their grammatical case: Turkish suffixes taken off with vowel harmony and consonant changes in mind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignment.quotes.lexicon import Lexicon, lexicon
from alignment.quotes.sentences import Token, lower

_CASES = (
    ("gen", re.compile(r"(?:n?[ıiuü]n)$")),
    ("abl", re.compile(r"(?:n?[dt][ae]n)$")),
    ("loc", re.compile(r"(?:n?[dt][ae](?:ki)?)$")),
    ("ins", re.compile(r"(?:y?l[ae])$")),
    ("eq", re.compile(r"(?:n?[cç][ae])$")),
    ("dat", re.compile(r"(?:[ny]?[ae])$")),
    ("acc", re.compile(r"(?:[ny]?[ıiuü])$")),
)
_POSSESSED = re.compile(r"s?[ıiuü]$")
_CLUSTER = re.compile(r"[^aeıioöuü]{2}$")
_PLURAL = re.compile(r"l[ae]r(?=[ıi]?$)")
_HARD = {"ğ": "k", "b": "p", "c": "ç", "d": "t", "g": "k"}
# A compound's possessive before a case: Komitesi-n-den, Bakanlığı-n-a.
_COMPOUND = re.compile(r"(.{3,}[ıiuü])n([dt][ae]n|[dt][ae]|[ae]|[ıiuü]n|[ıiuü]|[cç][ae])$")
_BARE = re.compile(r"(.{3,})([dt][ae]n|n[ıiuü]n)$")
_COMPOUND_CASE = {"d": "loc", "t": "loc", "a": "dat", "e": "dat", "c": "eq", "ç": "eq"}
# Turkish makes people's trades with -cı; -ıncı makes ordinals.
_AGENT = re.compile(r"\w{3,}(?<![ıiuü]n)(?:[cç][ıiuü])")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun of the role table as it stands in the text."""

    base: str
    kind: str
    case: str
    plural: bool
    possessed: bool


class Nouns:
    """The role nouns of one language, found in any of their forms."""

    def __init__(self, lang: str) -> None:
        """Load the tables of "tr" or "en"."""
        self.lang = lang
        self.words: Lexicon = lexicon(lang)
        self._nouns: dict[tuple[str, bool], Noun | None] = {}

    def noun(self, low: str, trades: bool = False) -> Noun | None:
        """The role noun behind a word form, with its case; None if the tables do not know it.

        With ``trades`` a Turkish word in -cı that the tables lack counts as a person too.
        """
        if low in self.words.lists["norole"]:
            return None
        key = low, trades
        if key not in self._nouns:
            self._nouns[key] = self._noun(low, trades)
        return self._nouns[key]

    def _noun(self, low: str, trades: bool) -> Noun | None:
        roles = self.words.roles
        if self.lang == "en":
            for base in (
                low,
                low.removesuffix("s"),
                low.removesuffix("es"),
                low.removesuffix("ies") + "y",
                low.replace("men", "man"),
            ):
                if base in roles:
                    return Noun(base, roles[base], "nom", base != low, possessed=False)
            return None
        for case, stem in self._cases(low):
            for base, plural, possessed in _stems(stem):
                known = base if base in roles else base.removeprefix("baş")
                if known in roles and not (case == "nom" and low.endswith("ğ")):
                    return Noun(base, roles[known], case, plural, possessed)
                if trades and _AGENT.fullmatch(base):
                    return Noun(base, "person", case, plural, possessed)
        return None

    @staticmethod
    def _cases(low: str) -> Iterator[tuple[str, str]]:
        yield "nom", low
        for case, ending in _CASES:
            match = ending.search(low)
            if match and match.start() >= 2:
                yield case, low[: match.start()]
                if match.group()[0] in "ny" and len(match.group()) > 1:
                    yield case, low[: match.start() + 1]

    def case(self, token: Token) -> str:
        """The grammatical case of the last word of a noun phrase ("nom" also where it cannot be told)."""
        if self.lang == "en":
            return "gen" if token.suffix == "s" or token.text.endswith(("s'", "s’")) else "nom"
        if token.suffix:
            for case, ending in _CASES:
                if ending.fullmatch(token.suffix):
                    return case
            return "x"
        noun = self.noun(token.low, trades=not token.capital)
        if noun:
            return noun.case
        match = _COMPOUND.match(token.low)
        if match:
            return _case_after_n(match.group(2))
        if token.capital and token.low.endswith(("ye", "ya")) and len(token.low) > 6:
            return "dat"
        bare = _BARE.match(token.low) if not token.capital else None
        return ("gen" if bare.group(2).startswith("n") else "abl") if bare else "nom"

    def name(self, tokens: Sequence[Token], first: int, last: int) -> str:
        """A noun phrase without its case suffix: `Gümrük Komitesinden` → `Gümrük Komitesi`."""
        words = [token.text for token in tokens[first:last]]
        return _unspace([*words, self.bare(tokens[last])])

    def bare(self, token: Token) -> str:
        """A word without its case suffix, consonants hardened: `sözcünün` → `sözcü`, `başkanlığa` → `başkanlık`."""
        if self.lang == "en" or token.suffix:
            return token.base
        word = token.base
        noun = self.noun(token.low, trades=not token.capital)
        if noun is None:
            match = _COMPOUND.match(word)
            return match.group(1) if match else word
        if noun.case == "nom":
            return word
        for length in range(len(word) - 1, 2, -1):
            for stem in (
                word[: length - 1] + _HARD.get(word[length - 1], word[length - 1]),
                word[:length],
            ):
                again = self.noun(lower(stem, "tr"), trades=not token.capital)
                if (
                    again
                    and again.base == noun.base
                    and again.case == "nom"
                    and (again.plural, again.possessed) == (noun.plural, noun.possessed)
                ):
                    return stem
        return word


def _stems(stem: str) -> Iterator[tuple[str, bool, bool]]:
    """(dictionary form, plural, possessed) for a form whose case is off."""
    yield stem, False, False
    if stem[-1:] in _HARD:
        yield stem[:-1] + _HARD[stem[-1]], False, False
    if re.search(r"l[ae]r$", stem):
        yield stem[:-3], True, False
    match = re.search(r"l[ae]r[ıi]$", stem)
    if match:
        yield stem[: match.start()], True, True
    match = _POSSESSED.search(stem)
    if match and match.start() >= 2:
        root = stem[: match.start()]
        yield root, False, True
        if _CLUSTER.search(root):  # metn-i → metin, oğl-u → oğul
            yield root[:-1] + stem[match.start()] + root[-1], False, True
        yield stem[:-1], False, True
        for form in (root, stem[:-1]):
            if form[-1:] in _HARD:
                yield form[:-1] + _HARD[form[-1]], False, True


def _case_after_n(ending: str) -> str:
    if ending.endswith("n"):
        return "gen" if ending[0] in "ıiuü" else "abl"
    return _COMPOUND_CASE.get(ending[0], "acc")


def _unspace(words: Sequence[str]) -> str:
    text = " ".join(word for word in words if word)
    return re.sub(r"\( ", "(", re.sub(r" ([),])", r"\1", text))
