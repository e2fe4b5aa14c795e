"""Who says it: candidates from the sentence, the one before and the last speaker, and what speaks for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from alignment.quotes.agents import Scene
from alignment.quotes.article import Article, Spot
from alignment.quotes.lexicon import lexicon
from alignment.quotes.phrases import Mention
from alignment.quotes.readings import History, readings
from alignment.quotes.sentences import Token, pieces

_TR_KNOWN = frozenset(
    [
        "ise",
        "de",
        "da",
        "diyen",
        "göre",
        "ve",
        "ile",
        "tarafından",
        "adlı",
        "konuşan",
        "gelen",
        "olan",
        "da",
        "bir",
        "aynı",
    ]
)
_EN_KNOWN = frozenset(["who", "of", "by", "to", "the", "a", "and", "said", "says", "according", "told", "that", "whose", "with", "from", "for", "in", "at", "but", "as", "also", "himself", "herself", "his", "her"])  # fmt: skip


class Candidate(NamedTuple):
    """A possible speaker and the features that speak for or against it."""

    name: str
    features: tuple[str, ...]


def candidates(article: Article, spot: Spot, history: History | None) -> list[Candidate]:
    """Everybody who may have said what stands at ``spot``."""
    scene = Scene.of(article, spot, _own_mentions(article, spot))
    agent = scene.agent()
    found = list(_mentioned(article, spot, scene, agent, history))
    named = f"!agent:elsewhere:{_kind(agent)}"
    if history:
        found.append(_last_speaker(article, spot, history, named))
    return found


def _kind(agent: Mention | None) -> str:
    return agent.kind if agent else "none"


_BODY = ((0, "same"), (-1, "prev"), (-2, "prev2"), (1, "next"))
# What stands between marks in a heading is said by somebody of the paragraphs below.
_HEADING = ((0, "same"), (1, "below"), (2, "below2"), (3, "below3"), (4, "below4"))
_PEOPLE_ONLY = frozenset(["prev2", "below2", "below3", "below4"])


def _in_sight(article: Article, spot: Spot) -> Iterator[tuple[int, str, Sequence[Mention]]]:
    """The sentences around a spot with their noun phrases: number, place, noun phrases."""
    heading = article.rows[spot.row].heading
    for offset, relation in _HEADING if heading else _BODY:
        number = spot.row + offset
        if not 0 <= number < len(article.rows):
            continue
        row = article.rows[number]
        if heading and offset and row.heading:
            return
        after = spot.way == "alone" and row.block == article.rows[spot.row].block
        if relation == "next" and not after:
            continue
        yield number, relation, article.mentions[number]


def _own_mentions(article: Article, spot: Spot) -> list[Mention]:
    """The noun phrases of the sentence that reports, those without a known head among them."""
    return sorted(
        [*article.mentions[spot.row], *_chunks(article, spot)], key=lambda mention: mention.first
    )


def _mentioned(
    article: Article, spot: Spot, scene: Scene, agent: Mention | None, history: History | None
) -> Iterator[Candidate]:
    openers = lexicon(article.lang).lists["opener"]
    for number, relation, mentions in _in_sight(article, spot):
        if relation == "same":
            mentions = scene.mentions
        heading = article.rows[spot.row].heading
        echo = f"{relation}:echo:{_echo(article, spot.row, number)}" if heading else "body"
        for rank, mention in enumerate(mentions):
            if relation in _PEOPLE_ONLY and mention.kind != "person":
                continue
            shape = _features(article, spot, number, relation, mention, mentions, rank)
            shape += [*(scene.features(mention) if relation == "same" else ()), echo]
            if mention is not agent:
                shape.append(f"!agent:elsewhere:{_kind(agent)}:{relation}")
            bare = mention.first == mention.last
            for via, name, details in readings(article, number, mention, history):
                if name in openers:
                    continue
                extra = [
                    f"{relation}:{mention.kind}:{via}",
                    f"{relation}:{mention.kind}:{via}:{mention.case}",
                    f"{mention.kind}:{via}:definite:{mention.definite}:bare:{bare}",
                    f"{relation}:{mention.kind}:{via}:{mention.case}:form:{spot.cue.form if spot.cue else 'none'}",
                    f"{relation}:{mention.kind}:{via}:way:{spot.way}",
                    f"{mention.kind}:{via}:head:{mention.head}"
                    if mention.kind in ("role", "institution", "document", "pronoun")
                    else "named",
                ]
                extra += [
                    f"!{via}:{detail[1:]}" if detail[0] == "!" else f"{via}:{detail}"
                    for detail in details
                ]
                extra += _standing(spot, history, mention, via, name)
                if mention.kind == "person":
                    extra.append(f"{relation}:sure:{name in article.sure}")
                if history and name == history.name:
                    extra.append(f"{relation}:was-last:{mention.kind}")
                yield Candidate(name, tuple(shape + extra))


def _echo(article: Article, heading: int, number: int) -> int:
    """How many longer words of a heading a sentence repeats, by their first letters; 2 for more."""
    lows = []
    for row in (article.rows[heading], article.rows[number]):
        text = article.document.blocks[row.block].text[row.start : row.end]
        lows.append({word[:5] for word in pieces(text, article.lang) if len(word) > 4})
    return min(2, len(lows[0] & lows[1]))


def _standing(
    spot: Spot, history: History | None, mention: Mention, via: str, name: str
) -> list[str]:
    """What whoever is meant has done so far, and whether they suit the words."""
    spoke = history is not None and name in history.spoken
    size = "clause" if spot.way == "indirect" else "short" if spot.words < 5 else "long"
    form = spot.cue.form if spot.cue else "none"
    return [
        f"spoke:{spoke}:{mention.kind}",
        f"spoke:{spoke}:{via}",
        f"size:{size}:{mention.kind}:{via}",
        f"size:{size}:{mention.kind}:{mention.case}:{form == 'passive'}",
    ]


def _rivals(article: Article, spot: Spot) -> str:
    """The strongest kind of subject that the sentence itself offers."""
    mentions = [m for m in article.mentions[spot.row] if not spot.first <= m.first <= spot.last]
    kinds = {m.kind for m in mentions if m.case == "nom"}
    return (
        "person"
        if "person" in kinds
        else "role"
        if "role" in kinds
        else "other"
        if kinds
        else "none"
    )


def _last_speaker(article: Article, spot: Spot, history: History, named: str) -> Candidate:
    same_block = article.rows[history.row].block == article.rows[spot.row].block
    distance = spot.row - history.row
    strong = _rivals(article, spot)
    cue = spot.cue
    features = [
        f"{named}:last",
        f"last:distance:{min(4, distance)}",
        f"last:block:{same_block}",
        f"last:{spot.way}",
        f"last:strong:{strong}",
        f"last:{spot.way}:{strong}:{min(2, distance)}",
        f"last:form:{cue.form if cue else 'none'}",
        f"last:form:{cue.form if cue else 'none'}:{strong}:{min(2, distance)}",
    ]
    return Candidate(history.name, tuple(features))


def _chunks(article: Article, spot: Spot) -> list[Mention]:
    """Noun phrases without a known head: up to the first comma (Turkish), up to the cue (English)."""
    tokens = article.rows[spot.row].tokens
    ends = {m.last for m in article.mentions[spot.row]}
    found = []
    start = next((i for i, token in enumerate(tokens) if token.is_word), 0)
    if article.lang == "tr":
        stops = [
            i
            for i, token in enumerate(tokens[:16])
            if (token.text == "," or token.passage >= 0) and i > start
        ]
        if stops and stops[0] - 1 not in ends and _is_turkish_phrase(tokens[start : stops[0]]):
            found.append(_chunk(article, tokens, start, stops[0] - 1))
        if (
            spot.cue
            and spot.cue.takes == "rest"
            and spot.cue.first - 1 not in ends
            and spot.cue.first
        ):
            found.append(_chunk(article, tokens, start, spot.cue.first - 1))
    elif spot.cue:
        last = spot.cue.first - 1
        while last > 0 and tokens[last].low in (
            "also",
            "then",
            "has",
            "have",
            "had",
            "would",
            "himself",
            "herself",
        ):
            last -= 1
        first = last
        while (
            first > start and tokens[first - 1].passage < 0 and tokens[first - 1].text not in ",;:."
        ):
            first -= 1
        if 0 <= first <= last and last not in ends and _is_phrase(tokens[first : last + 1]):
            found.append(_chunk(article, tokens, first, last))
    return found


def _is_turkish_phrase(tokens: Sequence[Token]) -> bool:
    """Whether Turkish words may be a noun phrase: `Çayını karıştırıyor` is a clause."""
    return tokens[-1].is_word and not tokens[-1].low.endswith(("yor", "dı", "di", "du", "dü", "tı", "ti", "tu", "tü", "arak", "erek", "ıp", "ip", "up", "üp"))  # fmt: skip


def _is_phrase(tokens: Sequence[Token]) -> bool:
    """Whether English words may be a noun phrase that names somebody."""
    lows = [token.low for token in tokens]
    if (
        len(tokens) > 12
        or lows[0] in _NO_PHRASE
        or lows[0].endswith("ing")
        or not tokens[-1].is_word
    ):
        return False
    head = tokens[0].capital or lows[0] in _DETERMINERS or lows[0][0].isdigit()
    if not (head or (len(tokens) < 4 and lows[-1].endswith("s"))):
        return False
    return not any(low in ("is", "are", "if", "when", "because") for low in lows)


_DETERMINERS = frozenset(["the", "a", "an", "his", "her", "their", "its", "this", "that", "these", "those", "one", "two", "three", "four", "five", "some", "many", "several", "both", "all", "another", "other", "most"])  # fmt: skip
_NO_PHRASE = frozenset(["he", "she", "they", "it", "i", "we", "you", "and", "but", "who", "which", "that", "when", "while", "as", "if", "to", "for", "in", "on", "at", "by", "with", "also", "then", "not", "unable", "asked"])  # fmt: skip


def _chunk(article: Article, tokens: Sequence[Token], first: int, last: int) -> Mention:
    for at in range(last, first - 1, -1):
        if tokens[at].low == "bir":
            first = at
            break
    name = article.names.name(tokens, first, last)
    return Mention(first, last, "chunk", article.names.case(tokens[last]), name, tokens[last].low)


def _features(
    article: Article,
    spot: Spot,
    number: int,
    relation: str,
    mention: Mention,
    mentions: Sequence[Mention],
    rank: int,
) -> list[str]:
    tokens = article.rows[number].tokens
    before, after = (
        _class(article, tokens, mention.first - 1),
        _class(article, tokens, mention.last + 1),
    )
    kind, case = mention.kind, mention.case
    nominatives = [m for m in mentions if m.case == "nom" and m.kind != "document"]
    features = [
        f"{relation}:next:{after}",
        f"{relation}:prev:{before}",
        f"{relation}:{kind}:next:{after}",
        f"{relation}:{case}:next:{after}",
        f"{relation}:{kind}:prev:{before}",
        f"{relation}:rank:{min(rank, 3)}",
        f"{relation}:{kind}:definite:{mention.definite}",
        f"{relation}:nominative:{nominatives.index(mention) if mention in nominatives[:3] else 'no'}",
        f"{relation}:way:{spot.way}:{kind}",
    ]
    if relation != "same":
        features.append(
            f"{relation}:block:{article.rows[number].block == article.rows[spot.row].block}"
        )
        features.append(
            f"{relation}:people:{min(3, sum(m.kind == 'person' for m in mentions))}:{rank == 0}"
        )
        own = {
            m.kind
            for m in article.mentions[spot.row]
            if m.case == "nom" and not spot.first <= m.first <= spot.last
        }
        features.append(f"{relation}:own:{'person' in own}:{'role' in own or 'institution' in own}")
        return features
    return features + _place_features(spot, mention, mentions)


def _place_features(spot: Spot, mention: Mention, mentions: Sequence[Mention]) -> list[str]:
    """Where a mention of the same sentence stands to the quoted words and to the cue."""
    kind, case = mention.kind, mention.case
    features = []
    if spot.first >= 0:
        place = (
            "before"
            if mention.last < spot.first
            else "after"
            if mention.first > spot.last
            else "inside"
        )
        features += [
            f"place:{place}",
            f"place:{place}:{kind}:{case}",
            f"way:{spot.way}:place:{place}:{case}",
        ]
    cue = spot.cue
    if cue is None:
        return [*features, "no-cue", f"no-cue:{kind}:{case}"]
    side = "before" if mention.last < cue.first else "after" if mention.first > cue.last else "in"
    gap = cue.first - mention.last - 1 if side == "before" else mention.first - cue.last - 1
    between = [
        m
        for m in mentions
        if m is not mention
        and min(mention.last, cue.last) < m.first < max(mention.first, cue.first)
    ]
    near = "0" if gap == 0 else "1-3" if gap < 4 else "far"
    form = cue.form
    return [
        *features,
        f"cue:{side}:{near}",
        f"cue:{side}:{near}:{form}:{case}",
        f"cue:{side}:{near}:{form}:{kind}",
        f"cue:{side}:{form}:between:{min(2, len(between))}",
        f"cue:{cue.takes}:{side}:{case}",
        f"cue:{cue.lemma}:{side}:{near}",
    ]


def _class(article: Article, tokens: Sequence[Token], at: int) -> str:
    if not 0 <= at < len(tokens):
        return "edge"
    token = tokens[at]
    if token.passage >= 0:
        return "passage"
    if not token.is_word:
        return token.text
    known = _TR_KNOWN if article.lang == "tr" else _EN_KNOWN
    if token.low in known:
        return token.low
    if article.lang == "tr":
        for ending in ("an", "en", "ki", "arak", "erek", "ıp", "ip", "dan", "den", "nda", "nde"):
            if token.low.endswith(ending) and len(token.low) > 4:
                return f"-{ending}"
    elif token.low.endswith(("ing", "ed")):
        return "-ing" if token.low.endswith("ing") else "-ed"
    return "Word" if token.capital else "word"
