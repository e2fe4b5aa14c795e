"""The part that each noun phrase plays in the sentence that reports: subject, owner of a nominal clause, source …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.quotes.article import Article, Spot
from alignment.quotes.cues import Cue
from alignment.quotes.phrases import Mention
from alignment.quotes.sentences import Token

_SPEAKERS = frozenset(["person", "role", "institution", "proper", "pronoun"])
# What stands right after these is no subject: `an old woman in the hamlet of Kayabaşı said`.
_GOVERNING = frozenset(["of", "in", "at", "for", "to", "with", "from", "by", "on", "about", "against", "between", "among", "under", "over", "told", "asked"])  # fmt: skip
_EN_PARTING = frozenset(["while", "whereas", "whereupon", "but", "although", "though"])
_TR_FINITE = ("dedi", "yor", "ledi", "ladı", "etti", "irtti", "rdı", "rdi", "ndu", "ştu", "tı", "ti")  # fmt: skip


def clauses(tokens: Sequence[Token], lang: str) -> list[int]:
    """The number of the clause that each token belongs to, parted at semicolons, `while`, `-ken` and the like."""
    numbers: list[int] = []
    number = 0
    for at, token in enumerate(tokens):
        if token.text == ";" or (
            token.low in _EN_PARTING if lang == "en" else at > 1 and _parts(tokens, at)
        ):
            number += 1
        numbers.append(number)
    return numbers


def _parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a Turkish clause ends before a token: after `…-ken`, or after a finite verb and a comma."""
    before = tokens[at - 1]
    return (before.low.endswith("rken") and before.low != "erken") or (
        before.text == "," and tokens[at - 2].low.endswith(_TR_FINITE)
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """The sentence that reports: its noun phrases, the clause each token belongs to, and English prepositions' objects."""

    lang: str
    spot: Spot
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    numbers: Sequence[int]
    governed: Sequence[Mention]

    @classmethod
    def of(cls, article: Article, spot: Spot, mentions: Sequence[Mention]) -> Scene:
        """The scene of a spot, with the noun phrases of its sentence."""
        tokens = article.rows[spot.row].tokens
        governed = [m for m in mentions if m.first and tokens[m.first - 1].low in _GOVERNING]
        return cls(article.lang, spot, tokens, mentions, clauses(tokens, article.lang), governed)

    def features(self, mention: Mention) -> list[str]:
        """What speaks for a noun phrase of the sentence: its part, and what lies between it and the words."""
        spot, numbers = self.spot, self.numbers
        anchor = spot.first if spot.first >= 0 else len(self.tokens) - 1
        apart = max(-2, min(2, numbers[anchor] - numbers[mention.first]))
        side = "before" if mention.last < anchor else "after"
        low, high = sorted((mention.first, anchor))
        kind, case = mention.kind, mention.case
        between = sum(
            other.case in ("nom", case) and other.kind in _SPEAKERS
            for other in self.mentions
            if other is not mention and low <= other.first <= high
        )
        quoted = any(token.passage >= 0 for token in self.tokens[low + 1 : high])
        return [
            f"!agent:{self.part(mention)}:{kind}",
            f"clause:{apart}:{kind}",
            f"clause:{apart}:{case}:{side}",
            f"clause:{apart}:{side}:between:{min(2, between)}",
            f"clause:{apart}:{side}:{case}:between:{min(2, between)}:{spot.way}",
            f"clause:{apart}:{side}:quoted:{quoted}",
            f"clause:{apart}:{side}:{case}:cue:{spot.cue.form if spot.cue else 'none'}",
        ]

    def part(self, mention: Mention) -> str:
        """The part of a noun phrase, as grammar has it."""
        cue = self.spot.cue
        if self._inside(mention):
            return "inside"
        if cue is None:
            return self._uncued(mention)
        if cue.takes == "rest":
            return self._source(mention, cue)
        rivals = [
            other
            for other in self.mentions
            if other.kind in _SPEAKERS
            and not self._inside(other)
            and self.numbers[other.first] == self.numbers[cue.first]
        ]
        same = self.numbers[mention.first] == self.numbers[cue.first]
        if cue.form == "nominal":
            owners = [m for m in rivals if m.case == "gen" and m.last < cue.first]
            return "owner" if owners and mention is owners[-1] else f"no-owner:{bool(owners)}"
        if self.lang == "tr" and cue.form == "participle":
            head = next((m for m in self.mentions if m.first > cue.last), None)
            return "head" if mention is head else "no-head"
        if self.lang == "tr" and cue.form == "passive":
            return f"passive:{mention.case}:{same}"
        nominatives = [other for other in rivals if other.case == "nom"]
        if not same:
            return f"apart:{bool(nominatives)}"
        if self.lang == "en":
            return self._english_part(mention, cue, nominatives)
        if nominatives and mention is nominatives[0]:
            return f"subject:{mention.last < cue.first}"
        return f"other:{mention.case}:{bool(nominatives)}"

    def _inside(self, mention: Mention) -> bool:
        """Whether a noun phrase is a part of the words themselves."""
        return self.spot.first >= 0 and self.spot.first <= mention.first <= self.spot.last

    def _english_part(self, mention: Mention, cue: Cue, nominatives: Sequence[Mention]) -> str:
        if cue.last < mention.first <= cue.last + 2 and self.spot.first < cue.first:
            return "inverted"
        before = [m for m in nominatives if m.last < cue.first and m not in self.governed]
        if before and mention is before[-1]:
            return f"subject:{cue.first - mention.last <= 3}"
        first = bool(before) and mention is before[0]
        return f"other:{first}:{mention in self.governed}"

    def _source(self, mention: Mention, cue: Cue) -> str:
        """The noun phrase that `göre` or `according to` governs."""
        if self.lang == "tr":
            near = [m for m in self.mentions if m.last < cue.first][-1:]
        else:
            near = [m for m in self.mentions if m.first > cue.last][:1]
        return "source" if near and mention is near[0] else "no-source"

    def _uncued(self, mention: Mention) -> str:
        """The part where nothing reports: `Sanatçı alçak gönüllü: "…"`, `Reis'in temennisi kısa oldu: "…"`."""
        spot, numbers = self.spot, self.numbers
        if spot.first < 0 or mention.first > spot.last:
            return "uncued"
        near = [
            m
            for m in self.mentions
            if m.kind in _SPEAKERS
            and m.last < spot.first
            and numbers[m.first] == numbers[spot.first]
        ]
        return f"uncued:{mention.case}:{bool(near) and mention is near[0]}"
