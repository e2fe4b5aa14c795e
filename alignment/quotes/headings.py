"""Headings of the form `Speaker: words`: is what stands before the colon somebody, or only a topic?"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.quotes.article import Article
from alignment.quotes.sentences import Token, lower

# `ÜRETİCİLER: …`, `VATMANLAR: …`, `Olive oil makers: …`: many people, by what they do.
_TR_MANY = ("cılar", "ciler", "cular", "cüler", "çılar", "çiler", "çular", "çüler")
_EN_MANY = ("ers", "ors", "ists", "men", "women")


def split(article: Article, number: int) -> tuple[int, str] | None:
    """The token of the colon and the speaker; None for a sentence that is no such heading."""
    row = article.rows[number]
    colon = next((i for i, token in enumerate(row.tokens) if token.text == ":"), -1)
    after = row.tokens[colon + 1 :]
    if not row.heading or colon < 1 or len(after) < 2 or after[0].passage >= 0:
        return None
    # English headings begin somebody's words with a capital letter after the colon.
    if article.lang == "en" and not after[0].capital:
        return None
    name = speaker(article, row.tokens[:colon])
    return (colon, name) if name else None


def speaker(article: Article, tokens: Sequence[Token]) -> str | None:
    """The person, institution or role that the words before a colon name; None if they are only a topic."""
    names = article.names
    last = len(tokens) - 1
    if article.lang == "en":  # `OSCE mission on Moldova`
        cuts = (i for i in range(2, len(tokens)) if tokens[i].low in ("on", "to", "at", "in"))
        last = next(cuts, len(tokens)) - 1
    elif last and names.case(tokens[-1]) == "dat" and names.case(tokens[-2]) == "abl":
        return names.name(tokens, 0, last - 1)  # `AGİT heyetinden Moldova'ya`
    if not tokens[last].is_word or (tokens[last].suffix and article.lang == "tr"):
        return None
    for first in range(max(0, last - 3), last + 1):
        person = names.find([token.base for token in tokens[first : last + 1]])
        if person:
            return person.name
    first = next((i for i, token in enumerate(tokens) if token.is_word), 0)
    words = tokens[first : last + 1]
    return _role(article, words) or _body(article, words) or _many(article, words)


def _role(article: Article, words: Sequence[Token]) -> str | None:
    """`Bakan`, `Karayolları Genel Müdürlüğü`, `Genel merkez`: a role, or the person who has it."""
    names = article.names
    noun = names.noun(words[-1].low)
    if not noun or noun.case != "nom" or noun.kind == "document":
        return None
    someone = noun.kind in ("title", "person")
    if someone and not noun.plural:
        known = next((p.name for p in names.people if noun.base in p.roles), None)
        if known:
            return known
    short = {"title": 3, "person": 3, "institution": 2}.get(noun.kind, 1)
    if (
        len(words) == 1
        or all(word.capital for word in words)
        or (len(words) <= short and not noun.possessed)
    ):
        return names.name(words, 0, len(words) - 1)
    return None


def _body(article: Article, words: Sequence[Token]) -> str | None:
    """A body or firm that the article names too, in capitals or not; a short form such as AYM."""
    if len(words) == 1 and words[0].base.isupper() and len(words[0].base) > 1:
        return words[0].base
    wanted = " ".join(word.low for word in words)
    for row, mentions in zip(article.rows, article.mentions, strict=True):
        for mention in mentions if not row.heading and len(words) <= 3 else ():
            if (
                mention.kind in ("proper", "institution")
                and lower(mention.name, article.lang) == wanted
            ):
                return mention.name
    return None


def _many(article: Article, words: Sequence[Token]) -> str | None:
    """People named by what they do."""
    if article.lang == "tr":
        return words[0].base if len(words) == 1 and words[0].low.endswith(_TR_MANY) else None
    if len(words) <= 4 and words[-1].low.endswith(_EN_MANY):
        return article.names.name(words, 0, len(words) - 1)
    return None
