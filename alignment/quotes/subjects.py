"""The subject of a reporting verb: which of the noun phrases around it, by the word order of news prose."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.quotes.phrases import Mention
from alignment.quotes.sentences import Token

# What sets a Turkish subject apart from what follows it.
_TR_APART = frozenset([",", "ise", "de", "da", "dahi"])
# What stands after these is no subject: `an old woman in the hamlet of Kayabaşı said`.
_GOVERNING = frozenset(["of", "in", "at", "for", "to", "with", "from", "by", "on", "about", "against", "between", "among", "under", "over", "off", "as", "told", "asked", "near", "through"])  # fmt: skip
_WITHIN = frozenset(["the", "a", "an", "his", "her", "its", "their", "this", "that", "our", "my"])
_BEFORE_VERB = frozenset(["also", "then", "has", "have", "had", "would", "himself", "herself", "itself", "themselves", "who", "both", "nonetheless", "however", "even", "once", "later", "still"])  # fmt: skip
_APPOSED = 7  # words in an apposition before its name


def turkish(tokens: Sequence[Token], nominatives: Sequence[Mention], verb: int) -> Mention | None:
    """The subject of a Turkish clause: what its first comma, `ise` or `da` sets apart, else its first nominative.

    ``nominatives`` are the clause's, in order; ``verb`` is the token of the verb (or of the words, where none reports).
    """
    after = next((m for m in nominatives if m.first == verb + 1), None)
    if after is not None and _closes(tokens, after.last + 1):
        return after
    before = [m for m in nominatives if m.last < verb]
    apart = [m for m in before if _apart(tokens, m.last + 1)]
    subject = apart[0] if apart else None
    if subject is None:
        return _last_of_phrase(tokens, before) if before else next(iter(nominatives), None)
    # `Topluluğun en kıdemli üyesi, 71 yaşındaki Nevin Pınarbaşı, …`
    named = next((m for m in apart[1:] if m.kind == "person"), None)
    if (
        named is not None
        and subject.kind in ("role", "proper")
        and named.first - subject.last <= _APPOSED
        and not any(t.passage >= 0 for t in tokens[subject.last : named.first])
    ):
        return named
    return subject


def _closes(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or (not tokens[at].is_word and tokens[at].passage < 0)


def _apart(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and (
        tokens[at].passage >= 0 or tokens[at].text in _TR_APART or tokens[at].low in _TR_APART
    )


def _last_of_phrase(tokens: Sequence[Token], before: Sequence[Mention]) -> Mention:
    """`Öteki ülkenin İçişleri Bakanlığı`, `Müze müdürü Baki Türkmenoğlu`: nothing parts a title from its name."""
    subject = before[0]
    for mention in before[1:]:
        between = tokens[subject.last + 1 : mention.first]
        if any(not token.is_word for token in between) or len(between) > 2:
            break
        if mention.kind == "person" or not between:
            subject = mention
    return subject


def english(tokens: Sequence[Token], nominatives: Sequence[Mention], verb: int) -> Mention | None:
    """The subject of an English clause before its verb: past appositions, and never a preposition's object."""
    if _inverted(tokens, verb):
        after = [m for m in nominatives if m.first > verb]
        return _named(tokens, after, after[0]) if after and after[0].first <= verb + 2 else None
    free = [m for m in nominatives if m.last < verb and not governed(tokens, m)]
    if not free:
        return None
    if not tokens[verb].is_word:  # the words themselves, which nothing reports
        return _named(tokens, free, free[0])
    at = verb - 1
    while at > free[0].last and (
        tokens[at].low in _BEFORE_VERB or (tokens[at].low.endswith("ly") and tokens[at].is_word)
    ):
        at -= 1
    if tokens[at].low in ("and", "but") or (
        tokens[at].text == "," and tokens[at - 1].low in ("and", "but")
    ):
        return _named(tokens, free, free[0])
    if tokens[at].text == ",":
        set_apart = (m for m in free if tokens[m.last + 1].text == ",")
        return _named(tokens, free, next(set_apart, free[-1]))
    described = (m for m in free if tokens[m.last + 1].low == "who")
    return next(described, free[-1])


def _inverted(tokens: Sequence[Token], verb: int) -> bool:
    """`"…", said Karaca`: the verb follows the words at once."""
    before = tokens[max(0, verb - 2) : verb]
    return any(token.passage >= 0 for token in before) and not before[-1].is_word


def _named(tokens: Sequence[Token], free: Sequence[Mention], subject: Mention) -> Mention:
    """`The mayor, Emőke Bodnár-Szűcs, …`: the name rather than the role it stands beside."""
    beside = (
        m
        for m in free
        if m.kind == "person"
        and subject.last < m.first <= subject.last + 4
        and not any(token.low in ("and", "or") for token in tokens[subject.last : m.first])
    )
    return next(beside, subject) if subject.kind != "person" else subject


def governed(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether an English noun phrase depends on a preposition or owner before it."""
    at = mention.first - 1
    while (
        at > 0
        and mention.first - at < 4
        and (tokens[at].low in _WITHIN or (tokens[at].capital and not tokens[at].suffix))
    ):
        at -= 1
    return at >= 0 and (tokens[at].low in _GOVERNING or tokens[at].suffix == "s")
