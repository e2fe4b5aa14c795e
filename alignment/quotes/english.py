"""Reported clauses in English: `said (that) …`, `…, she said`, `according to X, …`, `asked for … to …`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignment.quotes.article import Article, Content
from alignment.quotes.cues import Cue
from alignment.quotes.sentences import Token, last_word

_START_REACH = 14
_BREAKS = {
    "and",
    "but",
    "while",
    "when",
    "as",
    "adding",
    "saying",
    "noting",
    "who",
    "which",
    "although",
    "though",
    "with",
    "in",
    "so",
    "whose",
    "before",
    "after",
    "for",
}


def contents(article: Article, number: int) -> list[Content]:
    """The reported clauses of a sentence, each at its widest; where a clause begins and ends is decided later."""
    row = article.rows[number]
    tokens = row.tokens
    found: list[Content] = []
    for cue in article.cues[number]:
        if cue.takes in ("that", "to"):
            found += _clause(article, tokens, number, cue)
        elif cue.takes == "rest":
            found += _source(tokens, number, cue)
    return found


def _clause(article: Article, tokens: Sequence[Token], number: int, cue: Cue) -> Iterator[Content]:
    last = last_word(tokens)
    first = cue.last + 1
    if last - first >= 2:
        yield from _sibling(tokens, number, cue, first, last)
        yield Content(number, first, last, cue, "after")
    front = _front_end(article, tokens, number, cue)
    if front > 2:
        yield Content(number, 0, front, cue, "front")


def _sibling(
    tokens: Sequence[Token], number: int, cue: Cue, first: int, last: int
) -> Iterator[Content]:
    """A second clause beside one that holds a quotation: `said A was "B" and that C`."""
    quoted = next((at for at in range(first, last) if tokens[at].passage >= 0), last)
    for at in range(quoted + 1, last - 2):
        if tokens[at].low in ("and", "but") and tokens[at + 1].low == "that":
            yield Content(number, at + 2, last, cue, "sibling")
            return


def _front_end(article: Article, tokens: Sequence[Token], number: int, cue: Cue) -> int:
    """The end of a clause before `, X said`; -1 if the cue does not follow a comma and a short subject."""
    for at in range(cue.first - 1, max(-1, cue.first - 9), -1):
        if tokens[at].text == ",":
            if at + 1 < cue.first and any(m.first == at + 1 for m in article.mentions[number]):
                return at - 1
            return at - 1 if at + 1 == cue.first else -1
        if not tokens[at].is_word:
            return -1
    return -1


def _source(tokens: Sequence[Token], number: int, cue: Cue) -> Iterator[Content]:
    """`According to X, …` and `…, according to X`."""
    last = last_word(tokens)
    lead = sum(token.is_word for token in tokens[: cue.first])
    if cue.lemma == "in view" and lead > 2:
        follows = cue.last + 1 < len(tokens) and tokens[cue.last + 1].text == ","
        if last - cue.last > 4 and not follows:
            yield Content(number, cue.last + 1, last, cue, "source")
            return
    if lead > 2:
        front = cue.first - 1
        while front > 0 and tokens[front].text == ",":
            front -= 1
        yield Content(number, 0, front, cue, "front")
    else:
        comma = next((at for at in range(cue.last, len(tokens)) if tokens[at].text == ","), -1)
        if comma > 0 and last - comma > 2:
            yield Content(number, cue.last + 1, last, cue, "source")


def firsts(content: Content) -> range:
    """The tokens at which the clause may begin."""
    reach = _START_REACH * (2 if content.ending == "source" else 1)
    if content.ending == "sibling":
        return range(content.first, content.first + 1)
    return (
        range(content.first, min(content.last, content.first + reach) + 1)
        if content.ending != "front"
        else range(content.cue.first)
    )


def lasts(article: Article, content: Content, first: int) -> list[int]:
    """The tokens at which the clause may end: before punctuation or a word that joins, and at the sentence's end."""
    tokens = article.rows[content.row].tokens
    ends = [
        at
        for at in range(first + 1, content.last)
        if _breaks(tokens[at + 1])
        and (tokens[at].is_word or tokens[at].passage >= 0 or tokens[at].text in ")%")
    ]
    return [*ends, content.last]


def _breaks(token: Token) -> bool:
    return token.passage >= 0 or (
        token.text in ",;:–—(-" if not token.is_word else token.low in _BREAKS
    )


def first_features(article: Article, content: Content, first: int) -> list[str]:
    """What speaks for the clause's beginning at token ``first``."""
    tokens = article.rows[content.row].tokens
    cue = content.cue
    before = tokens[first - 1] if first else None
    ends = {mention.last: mention for mention in article.mentions[content.row]}
    skipped = first - content.first
    way = content.ending
    features = [
        f"{way}:skipped:{min(skipped, 8)}",
        f"{way}:before:{_word(before)}",
        f"{way}:token:{_word(tokens[first])}",
        f"{way}:{cue.lemma}:before:{_word(before)}" if skipped else f"{way}:{cue.lemma}:at-once",
        f"{way}:takes:{cue.takes}:{min(skipped, 3)}",
    ]
    between = tokens[content.first : first]
    if any(token.low == "that" for token in between[:-1]):
        features.append(f"{way}:that-skipped")
    if any(token.low == "that" for token in tokens[first : first + 8]):
        features.append(f"{way}:that-ahead")
    if before is not None and first - 1 in ends:
        features.append(f"{way}:after-mention:{ends[first - 1].kind}")
        if before.text != ",":
            features.append(f"{way}:{cue.lemma}:after-mention")
    commas = sum(token.text == "," for token in between)
    if commas:
        features.append(f"{way}:comma-between:{_word(before)}")
        features.append(
            f"{way}:commas:{min(commas, 3)}:{before is not None and before.text == ','}"
        )
    segment = _segment(tokens, first)
    finite = any(token.low in _AUXILIARY or token.low.endswith("ed") for token in segment)
    features.append(f"{way}:segment:{finite}:{before is not None and before.text == ','}")
    if any(token.passage >= 0 for token in between):
        features.append(f"{way}:passage-between")
    return features


_AUXILIARY = frozenset(["is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could", "may", "might", "should", "must", "does", "did", "do", "be", "been", "said", "became", "came", "went", "took", "made", "got", "stood", "fell", "rose"])  # fmt: skip


def _segment(tokens: Sequence[Token], first: int) -> Sequence[Token]:
    """What stands between a token and the next comma."""
    stop = next((at for at in range(first, len(tokens)) if tokens[at].text in ",;:"), len(tokens))
    return tokens[first:stop]


def last_features(article: Article, content: Content, first: int, last: int) -> list[str]:
    """What speaks for the clause's end at token ``last``."""
    tokens = article.rows[content.row].tokens
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    second = tokens[last + 2] if last + 2 < len(tokens) else None
    third = tokens[last + 3] if last + 3 < len(tokens) else None
    length = last - first
    at_end = last >= content.last
    held = any(token.passage in article.heard for token in tokens[first : last + 1])
    ahead = any(token.passage in article.heard for token in tokens[last + 1 : content.last + 1])
    features = [
        f"held:{held}:{at_end}:{ahead}",
        f"held:{held}:{_word(after) if not at_end else 'end'}:{ahead}",
        f"length:{'short' if length < 4 else 'middle' if length < 9 else 'long'}",
        f"after:{_word(after)}" if not at_end else "end",
    ]
    if at_end:
        features.append(f"end:commas:{min(3, sum(t.text == ',' for t in tokens[first:last]))}")
        return features
    cue_verbs = {cue.verb: cue for cue in article.cues[content.row]}
    features.append(f"after2:{_word(after)} {_word(second)}")
    verb = next(
        (cue_verbs[at] for at in (last + 1, last + 2, last + 3, last + 4) if at in cue_verbs), None
    )
    if verb:
        features.append(f"cue-next:{_word(after)}:{verb.form}:{verb.sense}")
        features.append(f"cue-next:{_word(after)}:{_word(second)}:{verb.form}")
    if _word(third) == "that" or _word(second) == "that":
        features.append(f"that-next:{_word(after)}")
        features.append(f"that-next:{_word(after)}:{held}:{ahead}")
    if after is not None and after.passage >= 0:
        features.append("passage-next")
    rest = len(tokens) - last
    features.append(
        f"rest:{'short' if rest < 5 else 'middle' if rest < 12 else 'long'}:{_word(after)}"
    )
    if content.cue.form == "converb":
        mention = any(m.first in (last + 2, last + 3) for m in article.mentions[content.row])
        features.append(f"converb:{_word(after)}:{'mention' if mention else 'none'}")
        features.append(
            f"converb-lead:{content.cue.first == 0}:{_word(after)}:{_subject_follows(article, content.row, last)}"
        )
    if any(t.text == "," for t in tokens[first:last]):
        features.append(f"comma-before:{_word(after)}")
    return features


def _subject_follows(article: Article, row: int, last: int) -> bool:
    """Whether a mention stands right after the comma and a reporting verb soon after it."""
    mention = next(
        (m for m in article.mentions[row] if m.first in (last + 2, last + 3, last + 4)), None
    )
    return mention is not None and any(
        0 < cue.first - mention.last <= 12 for cue in article.cues[row]
    )


_FUNCTION = {
    "that", "the", "a", "an", "it", "he", "she", "they", "there", "this", "these", "and", "but", "while", "when", "who", "which", "with", "in", "on", "at",
    "by", "for", "to", "of", "as", "if", "whether", "how", "what", "why", "where", "his", "her", "their", "its", "i", "we", "you", "no", "not", "was", "were",
    "had", "has", "have", "is", "are", "would", "will", "could", "adding", "saying", "noting", "although", "though", "also", "reporters", "journalists",
    "him", "them", "us", "me", "however", "so", "before", "after", "because", "whose", "from", "about", "out", "attention", "fact",
}  # fmt: skip


def _word(token: Token | None) -> str:
    if token is None:
        return "start"
    if token.passage >= 0:
        return "passage"
    if not token.is_word:
        return token.text
    if token.low in _FUNCTION:
        return token.low
    if token.low.endswith("ing") and len(token.low) > 4:
        return "-ing"
    if token.low.endswith("ed") and len(token.low) > 3:
        return "-ed"
    if token.capital:
        return "capital"
    return "number" if token.low[0].isdigit() else "word"


def content_features(article: Article, content: Content) -> list[str]:
    """What speaks for the clause being reported speech of somebody."""
    row = article.rows[content.row]
    tokens = row.tokens
    cue = content.cue
    after = tokens[cue.last + 1] if cue.last + 1 < len(tokens) else None
    before = tokens[cue.first - 1] if cue.first else None
    window = [token.low for token in tokens[cue.last + 1 : cue.last + 8]]
    way = content.ending
    held = any(token.passage in article.heard for token in tokens[content.first : content.last + 1])
    features = [
        "any",
        f"holds:{held}:{way}",
        f"holds:{held}:{tokens[content.last].passage >= 0}:{way}",
        f"words:{min(6, content.last - content.first)}:{way}",
        f"finite:{any(t.low in _AUXILIARY or t.low.endswith('ed') for t in tokens[content.first : content.last + 1])}",
        f"begins:{_word(tokens[content.first])}:{way}",
        f"begins-after:{_word(tokens[content.first - 1] if content.first else None)}:{way}",
        f"way:{way}",
        f"cue:{cue.lemma}:{way}",
        f"form:{cue.form}:{way}",
        f"cue:{cue.lemma}:{cue.form}:{way}",
        f"sense:{cue.sense}:{way}",
        f"after:{_word(after)}:{way}",
        f"before:{_word(before)}:{way}",
        f"cue:{cue.lemma}:after:{_word(after)}:{way}",
        f"that:{'that' in window}:{way}",
        f"cue:{cue.lemma}:that:{'that' in window}",
        f"sense:{cue.sense}:that:{'that' in window}:{cue.form}",
        f"heading:{row.heading}",
    ]
    if after is not None and (after.passage >= 0 or after.text in ":,"):
        following = tokens[cue.last + 2] if cue.last + 2 < len(tokens) else None
        features.append(
            f"quotes-next:{way}:{bool(following is not None and following.passage >= 0) or after.passage >= 0}"
        )
    if before is not None and before.passage >= 0:
        features.append(f"quote-before:{way}")
    mention = next((m for m in reversed(article.mentions[content.row]) if m.last < cue.first), None)
    features.append(f"subject:{mention.kind if mention else 'none'}:{way}")
    if mention and cue.first - mention.last <= 2:
        features.append(f"subject-near:{mention.kind}:{way}")
    if mention is None or mention.kind not in ("person", "role", "institution", "pronoun"):
        features.append("nobody")
    if any(token.low == "to" for token in tokens[cue.last + 1 : cue.last + 14]):
        features.append(f"to-ahead:{cue.takes}:{cue.lemma}")
    if any(token.passage >= 0 for token in tokens[cue.last + 1 :]):
        features.append(f"passage-ahead:{way}")
    if any(token.passage >= 0 for token in tokens[: cue.first]):
        features.append(f"passage-behind:{way}")
    if way in ("source", "front"):
        source = next((m for m in article.mentions[content.row] if m.first >= cue.last), None)
        features.append(f"source:{source.kind if source else 'none'}:{way}")
        features.append(f"source-head:{source.head if source else 'none'}")
        features.append(f"tail:{min(5, len(tokens) - cue.last)}:{way}")
    return features
