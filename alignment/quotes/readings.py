"""Who a noun phrase means: itself, a person with that role, somebody named or described before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignment.quotes.article import Article
from alignment.quotes.lexicon import lexicon
from alignment.quotes.phrases import Mention

_MEMORY = 80  # sentences looked back for whom a role or pronoun means


Reading = tuple[
    str, str, tuple[str, ...]
]  # how it is read, whom it then means, what else speaks for or against it


@dataclass(frozen=True, slots=True)
class History:
    """The last speaker so far, the sentence of their words, and everybody who has spoken."""

    name: str
    row: int
    spoken: frozenset[str] = frozenset()


def heard(history: History | None, name: str, row: int) -> History:
    """The history after somebody speaks."""
    return History(name, row, (history.spoken if history else frozenset()) | {name})


def readings(
    article: Article, number: int, mention: Mention, history: History | None
) -> Iterator[Reading]:
    """Readings of a mention: itself, the person with that role, the last speaker, the person named before."""
    recent = list(_recent_people(article, number, mention.first))
    if mention.kind == "role" and mention.definite:
        named = _with_role(article, number, mention, recent)
        if named:
            yield "role", named, ()
            return
    # `Yirmi bir yaşındaki sporcu`, `Yaşlı adam`: a description not used before takes up a name.
    if mention.kind != "pronoun" and not (recent and _describes(article, number, mention)):
        yield "self", mention.name, (f"message:{_is_message(article, mention)}",)
        longer = _with_complement(article, number, mention)
        if longer:
            yield "complement", longer, ()
    if not mention.definite or mention.kind in ("person", "proper", "chunk"):
        return
    earlier = _taken_up(article, number, mention)
    if earlier:
        yield *earlier, ()
    if mention.kind in ("role", "pronoun"):
        fits = [_fit(article, mention, roles) for _, roles in recent[:6]]
        first = next((rank for rank, fit in enumerate(fits) if fit == "kin"), -1)
        for rank, ((name, _), fit) in enumerate(zip(recent, fits, strict=False)):
            if rank < 3 or rank == first:
                kin = "none" if first < 0 else str(rank == first)
                yield (
                    f"recent{min(rank, 3)}",
                    name,
                    (f"fit:{fit}", f"!kin:{mention.kind}:{kin}:{mention.possessed}"),
                )
    if mention.kind in ("document", "pronoun"):
        yield from _issuers(article, number, mention)
    if mention.kind != "role" and history and (not recent or history.name != recent[0][0]):
        yield "last", history.name, ()


def _fit(article: Article, mention: Mention, roles: set[str]) -> str:
    """Whether a description suits somebody of whom these roles are known."""
    if mention.kind == "pronoun" or not roles:
        return "open"
    kin = lexicon(article.lang).kin.get(mention.head, frozenset())
    return "kin" if roles & kin else "general" if mention.head in _anyone(article.lang) else "other"


def _is_message(article: Article, mention: Mention) -> bool:
    """Whether a document speaks for whoever wrote it, as a letter does and an indictment does not."""
    return mention.head in lexicon(article.lang).lists["message"]


def _anyone(lang: str) -> frozenset[str]:
    return lexicon(lang).lists["anyone"]


def _issuers(article: Article, number: int, mention: Mention) -> Iterator[Reading]:
    """Who may have issued a document: the bodies and people named before it, the nearest first."""
    seen: set[str] = set()
    message = _is_message(article, mention)
    inner = _inner_body(article, number, mention)
    if inner:
        seen.add(inner)
        yield "issuer", inner, ("issuer:inner", f"issuer:inner:{mention.head}")
    for row in range(number, max(-1, number - 4), -1):
        for earlier in reversed(article.mentions[row]):
            if earlier.kind not in ("institution", "person", "proper") or (
                row == number and earlier.first >= mention.first
            ):
                continue
            if earlier.kind == "person" and row < number - 1:
                continue
            name = _longer_name(article, row, earlier) or earlier.name
            if name in seen:
                continue
            seen.add(name)
            tied = "own" if row == number and earlier.case in ("gen", "abl") else f"{number - row}"
            details = (
                f"issuer:{earlier.kind}",
                f"issuer:{earlier.case}:{tied}",
                f"issuer:{earlier.kind}:{mention.head}",
                f"issuer:rank:{len(seen)}",
                f"issuer:message:{message}:{earlier.kind}:{len(seen)}",
            )
            yield "issuer", name, details
            if len(seen) == 3:
                return


def _inner_body(article: Article, number: int, mention: Mention) -> str | None:
    """The body that a document's name begins with: `Seçici kurul gerekçesi`."""
    tokens = article.rows[number].tokens
    names = article.names
    for at in range(mention.last - 1, mention.first - 1, -1):
        noun = names.noun(tokens[at].low) if tokens[at].is_word else None
        if noun and noun.kind in ("institution", "group") and noun.case == "nom":
            return names.name(tokens, mention.first, at)
    return None


def _with_role(
    article: Article, number: int, mention: Mention, recent: Sequence[tuple[str, set[str]]]
) -> str | None:
    """The person named last with this role; in a heading, the first of the whole article."""
    named = next((name for name, roles in recent if mention.head in roles), None)
    if named is None and article.rows[number].heading:
        people = article.names.people
        named = next((person.name for person in people if mention.head in person.roles), None)
    return named


def _describes(article: Article, number: int, mention: Mention) -> bool:
    return (
        article.lang == "tr"
        and mention.kind == "role"
        and mention.definite
        and not mention.possessed
        and mention.last > mention.first
        and seen_before(article, number, mention) == "no"
    )


def _taken_up(article: Article, number: int, mention: Mention) -> tuple[str, str] | None:
    """The fuller phrase that a shorter one repeats."""
    if mention.kind == "role":
        unnamed = _unnamed_before(article, number, mention)
        return ("unnamed", unnamed) if unnamed else None
    longer = _longer_name(article, number, mention) if mention.kind != "pronoun" else None
    return ("longer", longer) if longer else None


def seen_before(article: Article, number: int, mention: Mention) -> str:
    """Whether the noun was used of somebody unnamed in an earlier sentence."""
    for row in range(number - 1, max(-1, number - 6), -1):
        for earlier in article.mentions[row]:
            if earlier.head == mention.head and earlier.kind == mention.kind:
                return "definite" if earlier.definite else "indefinite"
    return "no"


def _with_complement(article: Article, number: int, mention: Mention) -> str | None:
    """An English noun phrase with what follows it: `a spokesman for the ministry`, `a source close to the inquiry`."""
    tokens = article.rows[number].tokens
    at = mention.last + 1
    if (
        article.lang != "en"
        or mention.kind == "person"
        or mention.case == "gen"
        or at >= len(tokens)
    ):
        return None
    if tokens[at].low not in _COMPLEMENTS or (tokens[at].low == "in" and mention.kind == "role"):
        return None
    stops = {cue.verb for cue in article.cues[number]}
    while (
        at < len(tokens)
        and tokens[at].is_word
        and at not in stops
        and not _ends_complement(tokens[at].low)
        and at - mention.last < 9
    ):
        at += 1
    end = at - 1
    return article.names.name(tokens, mention.first, end) if end > mention.last + 1 else None


def _ends_complement(low: str) -> bool:
    return low in _COMPLEMENT_ENDS or (low.endswith("ed") and len(low) > 4)


_COMPLEMENTS = frozenset(["of", "for", "at", "in", "from", "with", "close", "privy", "by", "on"])


_COMPLEMENT_ENDS = frozenset(["who", "which", "that", "and", "but", "said", "has", "have", "had", "is", "are", "was", "were", "would", "will", "also", "did", "does", "do"])  # fmt: skip


def _unnamed_before(article: Article, number: int, mention: Mention) -> str | None:
    """The unnamed person that a role noun takes up: `a senior executive at one airline` … `the executive`."""
    for row in range(number, max(-1, number - _MEMORY), -1):
        for earlier in article.mentions[row]:
            if (
                earlier.head == mention.head
                and earlier.kind == "role"
                and not earlier.definite
                and (row < number or earlier.first < mention.first)
            ):
                return _with_complement(article, row, earlier) or earlier.name
    return None


def _longer_name(article: Article, number: int, mention: Mention) -> str | None:
    """The fuller name an institution had before: `Kurul` → `Para Politikası Kurulu`."""
    for row in range(number - 1, max(-1, number - _MEMORY), -1):
        for earlier in article.mentions[row]:
            if (
                earlier.head == mention.head
                and earlier.kind == mention.kind
                and earlier.name.count(" ") > mention.name.count(" ")
            ):
                return earlier.name
    return None


def _recent_people(article: Article, number: int, before: int) -> Iterator[tuple[str, set[str]]]:
    """People named before a place in the text, the nearest sentence first, in a sentence the first named first."""
    seen: set[str] = set()
    for row in range(number, max(-1, number - _MEMORY), -1):
        for mention in article.mentions[row]:
            if (
                mention.kind != "person"
                or mention.name in seen
                or (row == number and mention.first >= before)
            ):
                continue
            seen.add(mention.name)
            yield mention.name, article.roles.get(mention.name, set())
