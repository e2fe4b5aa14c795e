"""Find every quote of a document with its speaker: candidates from the rules, choices from the small models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alignment.quotes import english, headings, quoted, turkish
from alignment.quotes.article import Article, Content, Spot
from alignment.quotes.choice import models, pick, pick_name, probability
from alignment.quotes.quote import Kind, Quote, Span
from alignment.quotes.readings import History, heard
from alignment.quotes.sentences import Sentence, pieces
from alignment.quotes.speakers import candidates
from corpora.document import Document

_ECHO = 0.6  # share of a heading's words that a quotation below must have


@dataclass(frozen=True, slots=True)
class Found:
    """A quote whose speaker is still to be chosen."""

    kind: Kind
    spans: tuple[Span, ...]
    spot: Spot
    speaker: str | None = None


def find(document: Document) -> list[Quote]:
    """The quotes of ``document`` (its ``lang`` is "tr" or "en"; any other finds none), in reading order.

    A quotation inside another one is part of that one and not listed by itself.
    """
    if document.lang not in ("tr", "en"):
        return []
    article = Article(document)
    quotes: list[Quote] = []
    history: History | None = None
    for found in sorted([*marked(article), *headlines(article), *indirect(article)], key=_order):
        speaker, certainty = (
            (found.speaker, 1.0) if found.speaker else choose_speaker(article, found.spot, history)
        )
        if speaker:
            history = heard(history, article.names.short.get(speaker, speaker), found.spot.row)
        quotes.append(_quote(article, found, speaker, certainty))
    return [_echoed(article, quote, quotes) for quote in quotes]


def _echoed(article: Article, quote: Quote, quotes: Sequence[Quote]) -> Quote:
    """A quotation in a heading with the speaker of the one below that it repeats."""
    words = _long_words(article, quote)
    if quote.kind != "headline" or quote.certainty == 1 or len(words) < 2:
        return quote
    shares = [
        (len(words & _long_words(article, other)) / len(words), other)
        for other in quotes
        if other.kind != "headline" and other.speaker
    ]
    share, other = max(shares, key=lambda pair: pair[0], default=(0.0, quote))
    if share < _ECHO:
        return quote
    return replace(quote, speaker=other.speaker, certainty=other.certainty)


def _long_words(article: Article, quote: Quote) -> set[str]:
    return {word[:5] for word in pieces(quote.text, article.lang) if len(word) > 2}


def _order(found: Found) -> Span:
    return found.spans[0]


def _quote(article: Article, found: Found, speaker: str | None, certainty: float) -> Quote:
    blocks = article.document.blocks
    cue = found.spot.cue
    words = ""
    if cue:
        row = article.rows[found.spot.row]
        words = blocks[row.block].text[row.tokens[cue.first].start : row.tokens[cue.last].end]
    text = " ".join(blocks[block].text[start:end] for block, start, end in found.spans)
    return Quote(found.kind, speaker, words, found.spans, text, round(certainty, 3))


def marked(article: Article) -> list[Found]:
    """What stands between quotation marks and is somebody's words."""
    tables = models(article.lang)
    found: list[Found] = []
    article.heard.clear()
    for number, passage in enumerate(article.passages):
        if number not in article.home:
            continue
        seen = quoted.frame(article, number)
        shape = quoted.features(article, number, seen)
        if probability(tables["marked"], shape) < 0.5:
            continue
        article.heard.add(number)
        row, _ = article.home[number]
        kind: Kind = "direct" if probability(tables["direct"], shape) >= 0.5 else "partial"
        if article.rows[row].heading:
            kind = "headline"
        found.append(Found(kind, passage.spans, passage_spot(article, number, seen)))
    return found


def passage_spot(article: Article, passage: int, seen: quoted.Frame) -> Spot:
    """Where a quoted passage is reported."""
    words = sum(word[0].isalnum() for word in article.words(passage))
    return Spot(seen.row, seen.at, seen.at, seen.cue, seen.way, words)


def headlines(article: Article) -> list[Found]:
    """`Speaker: words` in a heading, without marks."""
    found: list[Found] = []
    for number, row in enumerate(article.rows):
        split = headings.split(article, number)
        if split:
            colon, speaker = split
            spot = Spot(number, colon + 1, len(row.tokens) - 1, None, "heading")
            span = (row.block, row.tokens[colon + 1].start, row.end)
            found.append(Found("headline", (span,), spot, speaker))
    return found


def indirect(article: Article) -> list[Found]:
    """Reported speech without marks."""
    found: list[Found] = []
    for number in range(len(article.rows)):
        taken: list[tuple[int, int]] = []
        for content in kept_contents(article, number):
            if any(content.first <= last and first <= content.last for first, last in taken):
                continue
            taken.append((content.first, content.last))
            row = article.rows[number]
            spot = Spot(number, content.first, content.last, content.cue, "indirect")
            found.append(Found("indirect", (clause_span(row, content),), spot))
    return found


def clause_span(row: Sentence, content: Content) -> Span:
    """The characters of a clause."""
    return row.block, row.tokens[content.first].start, row.tokens[content.last].end


def all_contents(article: Article, number: int) -> Sequence[Content]:
    """The clauses of a sentence that may be reported speech, at their widest."""
    if article.lang == "tr":
        return turkish.contents(article, number)
    return english.contents(article, number)


def kept_contents(article: Article, number: int) -> list[Content]:
    """The clauses that are reported speech, cut to their words."""
    tables = models(article.lang)
    language = turkish if article.lang == "tr" else english
    likely = []
    for wide in all_contents(article, number):
        content = cut(article, wide)
        chance = probability(tables["content"], language.content_features(article, content))
        if chance >= 0.5:
            likely.append((chance, content))
    return [content for _, content in sorted(likely, key=lambda pair: -pair[0])]


def cut(article: Article, content: Content) -> Content:
    """A clause between its likeliest beginning and end."""
    tables = models(article.lang)
    if article.lang == "tr":
        starts = turkish.firsts(article, content)
        first = starts[
            pick(tables["first"], [turkish.first_features(article, content, at) for at in starts])
        ]
        return Content(content.row, first, content.last, content.cue, content.ending)
    begins = english.firsts(content)
    first = begins[
        pick(tables["first"], [english.first_features(article, content, at) for at in begins])
    ]
    last = content.last
    if content.ending != "front":
        ends = english.lasts(article, content, first)
        last = ends[
            pick(
                tables["last"], [english.last_features(article, content, first, at) for at in ends]
            )
        ]
    return Content(content.row, first, last, content.cue, content.ending)


def choose_speaker(
    article: Article, spot: Spot, history: History | None
) -> tuple[str | None, float]:
    """The likeliest speaker of what stands at ``spot`` and how likely; None if nobody is in sight."""
    choices = candidates(article, spot, history)
    if not choices:
        return None, 0.0
    return pick_name(models(article.lang)["speaker"], choices)
