"""Reported clauses in Turkish: `…-dığını söyledi`, `…-dığına dikkat çekti`, `X'e göre …`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from alignment.quotes.article import Article, Content
from alignment.quotes.cues import Cue
from alignment.quotes.endings import ENDINGS, before_class, ending_of, is_genitive, word_class
from alignment.quotes.sentences import Token, last_word

_REACH = 7
FIXED = {"rest", "rest-half", "colon"}
_LOOSE = {"da", "de", "ise", "bile"}
_VERBAL = ("dı", "di", "du", "dü", "tı", "ti", "tu", "tü", "yor", "ını", "ini", "unu", "ünü", "ına", "ine", "arak", "erek")  # fmt: skip


def contents(article: Article, number: int) -> list[Content]:
    """The reported clauses of a sentence, each at its widest; where a clause begins is decided later."""
    tokens = article.rows[number].tokens
    found: list[Content] = []
    for cue in article.cues[number]:
        if cue.takes == "rest":
            found += _rest(tokens, number, cue)
        elif cue.takes != "-":
            found += _clause(article, tokens, number, cue)
    return [*found, *_after_colon(article, number)]


def _after_colon(article: Article, number: int) -> Iterator[Content]:
    """`İtirazı tek noktada toplandı: Broşür gecikmişti.`"""
    row = article.rows[number]
    tokens = row.tokens
    colon = next((at for at, token in enumerate(tokens) if token.text == ":"), -1)
    last = last_word(tokens)
    if row.heading or colon < 2 or last - colon < 4 or any(t.passage >= 0 for t in tokens):
        return
    yield Content(
        number, colon + 1, last, Cue(colon, colon, colon, "-", "say", "other", ":"), "colon"
    )


def _rest(tokens: Sequence[Token], number: int, cue: Cue) -> Iterator[Content]:
    """What stands after `göre`: the rest of the sentence without its final punctuation."""
    first = cue.last + 1
    if first < len(tokens) and tokens[first].text == ",":
        first += 1
    last = last_word(tokens)
    if cue.first > 0 and last - first >= 2:
        yield Content(number, first, last, cue, "rest")
        half = next((at for at in range(first, last) if tokens[at].text == ";"), -1)
        if half - first > 2:
            yield Content(number, first, half - 1, cue, "rest-half")


def _clause(article: Article, tokens: Sequence[Token], number: int, cue: Cue) -> Iterator[Content]:
    for at in range(cue.first - 1, max(-1, cue.first - 1 - _REACH), -1):
        token = tokens[at]
        low = token.low
        if token.passage >= 0:
            words = [word for word in article.words(token.passage) if word[0].isalnum()]
            low = words[-1] if words else ""
        elif token.suffix or not token.is_word:
            if token.text in ".;:":
                return
            continue
        ending = ending_of(
            low,
            "passive"
            if cue.form == "passive" and cue.takes in ("acc", "dat", "any")
            else cue.takes,
        )
        if ending:
            yield from _siblings(article, tokens, number, cue, at, ending)
            yield Content(number, _after_cue(article, number, at), at, cue, ending)
            return


def _after_cue(article: Article, number: int, last: int) -> int:
    """The earliest token of a clause: after a reporting verb before it that has a clause of its own."""
    tokens = article.rows[number].tokens
    for cue in reversed(article.cues[number]):
        if (
            cue.verb < last - 1
            and cue.form in ("finite", "converb")
            and cue.takes not in ("-", "rest")
        ):
            back = tokens[max(0, cue.first - 3) : cue.first]
            if any(ending_of(token.low, cue.takes) for token in back if token.is_word):
                return cue.verb + 1
    return 0


def _siblings(
    article: Article, tokens: Sequence[Token], number: int, cue: Cue, last: int, ending: str
) -> Iterator[Content]:
    """The coordinate clauses beside one that holds a quotation: `A olduğunu, "B" C olduğunu, D olduğunu söyledi`."""
    case = ending.split("-")[0]
    commas = [
        at
        for at in range(last - 1, 0, -1)
        if tokens[at].text in (",", "ve", "ancak", "fakat", "ama")
        and _ends_like(article, tokens[at - 1], case)
    ]
    edges = [-1, *reversed(commas), last + 1]
    clauses = [(start + 1, stop - 1) for start, stop in pairwise(edges)]
    holding = [
        any(t.passage in article.heard for t in tokens[start : stop + 1]) for start, stop in clauses
    ]
    if len(clauses) < 2 or not any(holding):
        return
    for (start, stop), holds in zip(clauses, holding, strict=True):
        if not holds:
            yield Content(number, start, stop, cue, f"{ending}-sibling")


def _ends_like(article: Article, token: Token, case: str) -> bool:
    low = token.low
    if token.passage >= 0:
        words = [word for word in article.words(token.passage) if word[0].isalnum()]
        low = words[-1] if words else ""
    return case in ENDINGS and bool(ENDINGS[case].fullmatch(low))


def firsts(article: Article, content: Content) -> list[int]:
    """The tokens at which the clause may begin: anywhere but inside a pair such as `Ankara ve Bağdat`."""
    if content.ending in FIXED or (content.first and content.ending.endswith("sibling")):
        return [content.first]
    tokens = article.rows[content.row].tokens
    verbs = {cue.verb for cue in article.cues[content.row]}
    subject = next(iter(article.mentions[content.row]), None)
    # `ESNAF YOLUN BİTTİĞİNİ SÖYLÜYOR`: headings set no comma after their subject.
    if (
        article.rows[content.row].heading
        and subject is not None
        and subject.first == content.first == 0
        and subject.case == "nom"
        and subject.kind in ("person", "role", "institution")
        and subject.last < content.last
        and tokens[subject.last + 1].is_word
    ):
        return [subject.last + 1]
    return [
        at
        for at in range(content.first, content.last + 1)
        if at < 2
        or tokens[at - 1].low not in ("ve", "ile", "veya")
        or at - 2 in verbs
        or tokens[at - 2].low.endswith(_VERBAL)
    ] or [content.first]


def first_features(article: Article, content: Content, first: int) -> list[str]:
    """What speaks for the clause's beginning at token ``first``."""
    row = article.rows[content.row]
    tokens = row.tokens
    before = tokens[first - 1] if first else None
    token = tokens[first]
    mentions = article.mentions[content.row]
    ends = {mention.last: mention for mention in mentions}
    length = content.last - first + 1
    features = [f"length:{_bucket(length)}", f"token:{word_class(token)}"]
    if before is None:
        features += ["before:start", f"before:start:form:{content.cue.form}"]
        return features + _after_features(article, content, first)
    kind = before_class(before)
    features += [f"before:{kind}", f"before:{kind}:form:{content.cue.form}"]
    back = first - 1
    if kind in (",", "after"):
        back -= 1
    if kind == "," and back >= 0 and tokens[back].low in _LOOSE:
        back -= 1
    mention = ends.get(back)
    if mention:
        features.append(f"mention:{mention.kind}:{mention.case}:{kind}")
        if mention.case == "nom" and mention is _first_nominative(mentions):
            features.append(f"subject:{kind}")
    elif back >= 0 and kind == ",":
        features.append(f"comma-after:{word_class(tokens[back])}")
    if kind == "," and not any(t.text == "," for t in tokens[: first - 1]):
        features.append("first-comma")
    return features + _after_features(article, content, first)


def _after_features(article: Article, content: Content, first: int) -> list[str]:
    """What the clause would hold and leave out."""
    tokens = article.rows[content.row].tokens
    inside = tokens[first : content.last]
    outside = tokens[:first]
    features = [f"ending:{content.ending}"]
    clause = [t for t in inside if t.low.endswith(("arak", "erek"))]
    if any(
        cue.verb in range(first, content.last)
        and cue.form in ("converb", "participle")
        and cue.takes != "-"
        for cue in article.cues[content.row]
    ):
        features.append("holds-cue")
    if any(t.passage >= 0 for t in inside):
        features.append("holds-passage")
    if any(t.passage >= 0 for t in outside):
        features.append("leaves-passage")
    for mention in article.mentions[content.row]:
        if (
            first <= mention.first <= content.last
            and mention.case == "nom"
            and mention.kind == "person"
        ):
            features.append("holds-person")
            break
    nominals = sum(
        bool(ENDINGS["acc"].fullmatch(t.low) or ENDINGS["dat"].fullmatch(t.low))
        for t in inside
        if t.is_word
    )
    left = (
        sum(
            bool(ENDINGS[content.ending.split("-")[0]].fullmatch(t.low))
            for t in outside
            if t.is_word
        )
        if content.ending.split("-")[0] in ENDINGS
        else 0
    )
    features.append(f"nominals:{min(nominals, 2)}")
    features.append(f"left-nominals:{min(left, 2)}")
    if clause:
        features.append("holds-converb")
    genitive = next((i for i, t in enumerate(inside[:8]) if is_genitive(t)), None)
    features.append(f"genitive:{'none' if genitive is None else min(genitive, 5)}")
    features.append(f"commas:{min(3, sum(t.text == ',' for t in inside))}")
    return features


def _first_nominative(mentions: Sequence[object]) -> object | None:
    return next(
        (
            m
            for m in mentions
            if getattr(m, "case", "") == "nom" and getattr(m, "kind", "") != "document"
        ),
        None,
    )


def _bucket(length: int) -> str:
    for limit in (1, 2, 3, 4, 6, 9, 14, 20, 30):
        if length <= limit:
            return str(limit)
    return "more"


def _opens_dependent(article: Article, content: Content) -> bool:
    """Whether the clause begins right after somebody who is not the one speaking."""
    return content.first > 0 and article.rows[content.row].tokens[content.first - 1].text == ","


def content_features(article: Article, content: Content) -> list[str]:
    """What speaks for the clause being reported speech of somebody."""
    row = article.rows[content.row]
    tokens = row.tokens
    cue = content.cue
    mentions = article.mentions[content.row]
    fixed = content.ending in FIXED
    gap = 0 if fixed else cue.first - content.last - 1
    features = [
        "any",
        f"cue:{cue.lemma}",
        f"form:{cue.form}",
        f"cue:{cue.lemma}:{cue.form}",
        f"takes:{cue.takes}",
        f"sense:{cue.sense}:{cue.form}",
        f"ending:{content.ending}",
        f"sense:{cue.sense}:{content.ending}",
        f"gap:{min(gap, 4)}",
        f"heading:{row.heading}",
    ]
    if content.last >= 0 and tokens[content.last].passage >= 0:
        features.append("ends-in-passage")
    if any(t.passage >= 0 for t in tokens[: content.last + 1]):
        features.append("passage-before")
    held = any(t.passage in article.heard for t in tokens[content.first : content.last + 1])
    features += [
        f"holds:{held}",
        f"holds:{held}:{cue.form}",
        f"sibling:{'sibling' in content.ending}:{held}",
    ]
    if _opens_dependent(article, content):
        features.append("first-inside")
    if not any(
        m.case == "nom" and m.kind in ("person", "role", "institution", "proper") for m in mentions
    ):
        features.append("nobody")
    if content.ending == "colon":
        features += [
            f"colon-before:{token.low[:5]}" for token in tokens[: cue.first] if token.is_word
        ]
    elif fixed:
        head = next((m for m in mentions if m.last in (cue.first - 1, cue.first - 2)), None)
        features.append(f"source:{head.kind if head else 'none'}")
        features.append(f"source-case:{head.case if head else 'none'}")
        features.append(f"before:{tokens[cue.first - 1].low[-3:]}")
        features.append(f"rest-length:{_bucket(content.last - content.first)}")
        features.append(f"suffixed:{bool(tokens[cue.first - 1].suffix)}")
        features.append(f"source-head:{head.head if head else tokens[cue.first - 1].low}")
    else:
        later = [c for c in article.cues[content.row] if c.first > cue.last and c.takes != "-"]
        features.append(f"later-cues:{min(2, len(later))}")
        nouns = [t for t in tokens[max(0, content.last - 30) : content.last] if t.is_word]
        features.append(f"words:{_bucket(len(nouns))}")
    last = tokens[last_word(tokens)]
    features.append(f"at-end:{last.end == tokens[cue.last].end}")
    return features
