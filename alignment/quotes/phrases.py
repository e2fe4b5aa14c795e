"""Noun phrases around a role noun: where they begin and end, and what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from alignment.quotes.nouns import Noun, Nouns
from alignment.quotes.sentences import Token

MentionKind = Literal["person", "proper", "institution", "document", "role", "pronoun", "chunk"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that may be a speaker: tokens ``first`` to ``last`` (inclusive) of a sentence.

    ``name`` is what to call the speaker; ``head`` the dictionary form of its last noun; ``definite`` is false for
    `bir yetkili`, `an official` and plurals.
    """

    first: int
    last: int
    kind: MentionKind
    case: str
    name: str
    head: str = ""
    definite: bool = True
    possessed: bool = False


class Phrases(Nouns):
    """Noun phrases of one language."""

    def modifies(self, tokens: Sequence[Token], index: int, noun: Noun) -> bool:
        """Whether a role noun only qualifies the noun or name after it."""
        if index + 1 >= len(tokens):
            return False
        after = tokens[index + 1]
        if self.lang == "en":
            return not tokens[index].suffix and self.noun(after.low) is not None and after.is_word
        if noun.case not in ("nom", "acc"):
            return False
        follower = self.noun(after.low)
        if (
            follower is not None
            and not noun.possessed
            and (follower.possessed or noun.kind in ("person", "title"))
        ):
            return True
        shouted = tokens[index].base.isupper()  # in a heading of capitals every word has one
        return after.capital and not shouted and noun.kind != "institution"

    def absorbing(self, tokens: Sequence[Token], last: int) -> Mention | None:
        """The role noun that a name qualifies: `Birleşmiş Milletler (BM) yetkilisi`, `Trade Ministry sources`."""
        at = last + 1
        if tokens[last].suffix or (self.lang == "tr" and self.case(tokens[last]) != "nom"):
            return None
        while at < len(tokens) and (
            tokens[at].text in "()" or (tokens[at - 1].text == "(" and tokens[at].capital)
        ):
            at += 1
        if at >= len(tokens) or not tokens[at].is_word or tokens[at].capital:
            return None
        noun = self.noun(tokens[at].low)
        if noun is None or noun.kind == "document" or self.modifies(tokens, at, noun):
            return None
        if self.lang == "tr" and not noun.possessed:
            return None
        return self.role(tokens, at, noun)

    def role(self, tokens: Sequence[Token], index: int, noun: Noun) -> Mention:
        """The noun phrase whose head is the role noun at ``index``."""
        first = self._phrase_start(tokens, index)
        words = {token.low for token in tokens[first : index + 1]}
        if words & _TR_TENS or "yaşındaki" in words:
            words -= {"bir", "iki", "üç"}
        several = noun.plural or noun.kind == "group"
        definite = not several and not words & {
            "bir",
            "iki",
            "üç",
            "bazı",
            "a",
            "an",
            "one",
            "two",
            "three",
            "some",
            "another",
        }
        kind: MentionKind = "role"
        if noun.kind == "institution":
            kind = "institution"
        elif noun.kind == "document":
            kind = "document"
        case = self.case(tokens[index]) if self.lang == "en" else noun.case
        last = self._nameless_end(tokens, index) if self.lang == "en" and not definite else index
        return Mention(
            first,
            last,
            kind,
            case,
            self.name(tokens, first, last),
            noun.base,
            definite,
            noun.possessed or bool(words & _EN_OWNERS),
        )

    @staticmethod
    def _nameless_end(tokens: Sequence[Token], index: int) -> int:
        """Take `who asked not to be named` into the noun phrase."""
        if index + 1 < len(tokens) and tokens[index + 1].low == "who":
            for at in range(index + 2, min(index + 9, len(tokens))):
                if tokens[at].low in ("named", "identified"):
                    return at
                if not tokens[at].is_word:
                    break
        return index

    def _phrase_start(self, tokens: Sequence[Token], index: int) -> int:
        """Where the noun phrase that ends at a role noun begins."""
        if self.lang == "en":
            for at in range(index, max(-1, index - 7), -1):
                if not tokens[at].is_word or (at < index and tokens[at].low in _EN_STOPS):
                    return at + 1
                if tokens[at].low in _EN_STARTS:
                    return at
            return index
        limit = max(-1, index - 8)
        for at in range(index - 1, limit, -1):
            if not tokens[at].is_word:
                if tokens[at].text in "()":
                    continue
                return at + 1
            if tokens[at].low == "bir" and (at == 0 or tokens[at - 1].low not in _TR_TENS):
                return self._participle_start(tokens, at)
            low = tokens[at].low
            if (not tokens[at].capital and low.endswith(_TR_OBLIQUE)) and len(low) > 5:
                return at + 1
            if (
                low in _TR_STOPS
                or low.endswith(_TR_CLAUSE_ENDS)
                or (
                    len(low) > 4
                    and low.endswith(("an", "en", "nın", "nin", "nun", "nün", "ları", "leri"))
                )
            ):
                return at + 1
        return max(0, limit + 1)

    @staticmethod
    def _participle_start(tokens: Sequence[Token], at: int) -> int:
        """Take `adı açıklanmayan` and `üst düzey` before `bir` into the phrase."""
        start = at
        while start > 0 and tokens[start - 1].is_word and at - start < 5:
            start -= 1
        modifiers = " ".join(token.low for token in tokens[start:at])
        match = re.search(
            r"(?:(?:adı|ismi|adının|isminin|kimliği)\b.*|üst düzey|kıdemli|eski|yetkili)$",
            modifiers,
        )
        return at - len(match.group().split()) if match else at


_EN_OWNERS = {"his", "her", "their", "its", "my", "our"}
_EN_STARTS = {
    "the",
    "a",
    "an",
    "one",
    "two",
    "three",
    "four",
    "some",
    "another",
    "his",
    "her",
    "their",
    "its",
    "this",
    "several",
    "many",
    "both",
}
_EN_STOPS = {
    "and",
    "or",
    "but",
    "that",
    "which",
    "who",
    "of",
    "in",
    "on",
    "at",
    "by",
    "to",
    "with",
    "from",
    "as",
    "for",
    "said",
    "told",
    "when",
    "while",
    "where",
    "is",
    "was",
    "are",
    "were",
    "has",
    "had",
    "have",
}
_TR_TENS = {
    "on",
    "yirmi",
    "otuz",
    "kırk",
    "elli",
    "altmış",
    "yetmiş",
    "seksen",
    "doksan",
    "yüz",
    "bin",
}
_TR_STOPS = {
    "ise",
    "de",
    "da",
    "ve",
    "ile",
    "ama",
    "fakat",
    "için",
    "gibi",
    "göre",
    "sonra",
    "önce",
    "kadar",
    "dolayı",
}
_TR_OBLIQUE = (
    "nda",
    "nde",
    "mada",
    "mede",
    "larda",
    "lerde",
    "lara",
    "lere",
    "lardan",
    "lerden",
    "ndan",
    "nden",
    "yla",
    "yle",
)
_TR_CLAUSE_ENDS = (
    "erek",
    "arak",
    "ıp",
    "ip",
    "up",
    "üp",
    "ken",
    "dı",
    "di",
    "tı",
    "ti",
    "yor",
    "ını",
    "ini",
)
