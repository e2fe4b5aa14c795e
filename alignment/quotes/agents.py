"""The part that each noun phrase plays in the sentence that reports: subject, owner of a nominal clause, source …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.quotes import subjects
from alignment.quotes.article import Article, Spot
from alignment.quotes.cues import Cue
from alignment.quotes.lexicon import lexicon
from alignment.quotes.phrases import Mention
from alignment.quotes.sentences import Token

_SPEAKERS = frozenset(["person", "role", "institution", "proper", "pronoun"])
_EN_PARTING = frozenset(["while", "whereas", "whereupon", "but", "although", "though"])
_EN_SUBJECTS = frozenset(["the", "his", "her", "its", "their", "a", "an", "one", "another"])
_TR_FINITE = ("dedi", "yor", "ledi", "ladı", "etti", "irtti", "rdı", "rdi", "ndu", "ştu", "tı", "ti")  # fmt: skip


def clauses(tokens: Sequence[Token], lang: str) -> list[int]:
    """The number of the clause that each token belongs to, parted at semicolons, `while`, `-ken` and the like."""
    numbers: list[int] = []
    number = 0
    for at, token in enumerate(tokens):
        if token.text == ";" or (at > 1 and (_PARTS[lang])(tokens, at)):
            number += 1
        numbers.append(number)
    return numbers


def _parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a Turkish clause ends before a token: after `…-ken`, or after a finite verb and a comma."""
    before = tokens[at - 1]
    return (before.low.endswith("rken") and before.low != "erken") or (
        before.text == "," and tokens[at - 2].low.endswith(_TR_FINITE)
    )


def _own_cue(spot: Spot, tokens: Sequence[Token], numbers: Sequence[int]) -> Cue | None:
    """The cue, unless a clause of its own leads up to the words: `A said that …, but B was cheerful: "…"`."""
    at = spot.first
    if spot.cue and at > 0 and tokens[at - 1].text == ":" and numbers[at] != numbers[spot.cue.verb]:
        return None
    return spot.cue


def _subject(
    lang: str,
    spot: Spot,
    cue: Cue | None,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    numbers: Sequence[int],
) -> Mention | None:
    """The subject of the verb that reports; where none does, of the clause that leads up to the words."""
    anchor = cue.verb if cue else spot.first
    if anchor < 0:
        return None
    nominatives = [
        m
        for m in mentions
        if m.case == "nom"
        and m.kind in _SPEAKERS
        and numbers[m.first] == numbers[anchor]
        and not (0 <= spot.first <= m.first <= spot.last)
    ]
    return (subjects.turkish if lang == "tr" else subjects.english)(tokens, nominatives, anchor)


def _possessor(
    lang: str, spot: Spot, tokens: Sequence[Token], mentions: Sequence[Mention]
) -> Mention | None:
    """Who owns the words: `bir gazetecinin "…" sorusuna`, `Bakanın "…" sözleri`."""
    after = spot.last + 1
    if lang != "tr" or spot.first < 0 or after >= len(tokens):
        return None
    if not any(tokens[after].low.startswith(word) for word in lexicon(lang).lists["speech"]):
        return None
    return next((m for m in mentions if m.last == spot.first - 1 and m.case == "gen"), None)


def _english_parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether an English clause begins at a token: `while`, `but`, and `, and her neighbour …`."""
    token = tokens[at]
    return token.low in _EN_PARTING or (
        token.low == "and"
        and tokens[at - 1].text == ","
        and at + 1 < len(tokens)
        and tokens[at + 1].low in _EN_SUBJECTS
    )


_PARTS = {"tr": _parts, "en": _english_parts}


@dataclass(frozen=True, slots=True)
class Scene:
    """The sentence that reports: its noun phrases, the clause each token belongs to, and English prepositions' objects."""

    lang: str
    spot: Spot
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    numbers: Sequence[int]
    cue: Cue | None
    subject: Mention | None
    possessor: Mention | None

    @classmethod
    def of(cls, article: Article, spot: Spot, mentions: Sequence[Mention]) -> Scene:
        """The scene of a spot, with the noun phrases of its sentence."""
        tokens = article.rows[spot.row].tokens
        numbers = clauses(tokens, article.lang)
        cue = _own_cue(spot, tokens, numbers)
        return cls(
            article.lang,
            spot,
            tokens,
            mentions,
            numbers,
            cue,
            _subject(article.lang, spot, cue, tokens, mentions, numbers),
            _possessor(article.lang, spot, tokens, mentions),
        )

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
            f"clause:{apart}:{side}:{case}:cue:{self.cue.form if self.cue else 'none'}",
        ]

    def agent(self) -> Mention | None:
        """The noun phrase that grammar makes the speaker; None where it leaves that open."""
        if self.possessor is not None:
            return self.possessor
        sure = ("owner", "head", "subject")
        if self.cue is None:
            return None
        return next((m for m in self.mentions if self.part(m).startswith(sure)), None)

    def part(self, mention: Mention) -> str:
        """The part of a noun phrase, as grammar has it."""
        cue = self.cue
        if self._inside(mention):
            return "inside"
        if self.possessor is not None:
            return f"possessor:{mention is self.possessor}"
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
        if mention is self.subject:
            return f"subject:{mention.last < cue.first}"
        return f"other:{mention.case}:{bool(nominatives)}:{same}"

    def _inside(self, mention: Mention) -> bool:
        """Whether a noun phrase is a part of the words themselves."""
        return self.spot.first >= 0 and self.spot.first <= mention.first <= self.spot.last

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
        if mention is self.subject:
            return "uncued:subject"
        return f"uncued:{mention.case}:{numbers[mention.first] == numbers[spot.first]}"
