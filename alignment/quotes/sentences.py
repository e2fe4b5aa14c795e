"""Sentences as rows of tokens, in which a whole quoted passage is one token."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from alignment.quotes.marks import Passage
from corpora.document import Document
from corpora.segmentation import split

_TOKEN = re.compile(
    r"(?:[A-ZÇĞİÖŞÜ]\.){2,}|[A-ZÇĞİÖŞÜ]\.(?=\s*\w)|(?:(?:Prof|Doç|Dr|Öğr|Gör|Arş|Yrd|Av|Op|Uzm|Sn|Hz|Mr|Mrs|Ms|Assoc|Asst|Gen|Lt|Col|Capt|St|Rev)\.)"
    r"|%?\d+(?:[.,:/]\d+)*%?(?:['’]\w+)?"
    r"|[^\W_]+(?:[-–][^\W_]+)*(?:['’][^\W\d_]+)?"
    r"|[^\w\s]"
)
_LOWER = str.maketrans({"I": "ı", "İ": "i"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, punctuation mark or quoted passage.

    ``start`` and ``end`` are offsets into the block; ``base`` is the word without an apostrophe and what follows it,
    ``suffix`` what follows it, ``low`` the base in small letters; ``passage`` is the number of a passage or -1.
    """

    text: str
    start: int
    end: int
    base: str
    suffix: str
    low: str
    passage: int = -1

    @property
    def is_word(self) -> bool:
        """Letters or digits rather than punctuation or a passage."""
        return self.passage < 0 and self.text[:1].isalnum()

    @property
    def capital(self) -> bool:
        """Written with a capital first letter (or with one after a small particle, as in `el-Hadidi`)."""
        head, _, tail = self.base.partition("-")
        return self.passage < 0 and (
            self.base[:1].isupper() or (len(head) <= 3 and tail[:1].isupper() and head.islower())
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the document: where it stands, its tokens, and whether its block is a heading."""

    block: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    heading: bool


def lower(text: str, lang: str) -> str:
    """Small letters by the language's rules (Turkish: I → ı, İ → i)."""
    return (text.translate(_LOWER) if lang == "tr" else text.replace("İ", "i")).lower()


def sentences(document: Document, found: Sequence[Passage]) -> list[Sentence]:
    """The sentences of every block but code, in reading order.

    The block's own segments are taken where it has some.
    """
    rows: list[Sentence] = []
    by_block: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, passage in enumerate(found):
        for at, start, end in passage.outer:
            by_block[at].append((start, end, number))
    for index, block in enumerate(document.blocks):
        if block.kind == "code":
            continue
        spans = [(segment.start, segment.end) for segment in block.segments]
        for start, end in spans or split(block.text, document.lang):
            tokens = tuple(_tokens(block.text, start, end, by_block[index], document.lang))
            rows.append(Sentence(index, start, end, tokens, block.kind == "heading"))
    return rows


def _tokens(
    text: str, start: int, end: int, quoted: list[tuple[int, int, int]], lang: str
) -> list[Token]:
    tokens: list[Token] = []
    at = start
    for open_at, close_at, number in quoted:
        if close_at <= start or open_at >= end:
            continue
        tokens += _words(text, at, max(at, open_at), lang)
        first, last = max(open_at, start), min(close_at, end)
        tokens.append(Token(text[first:last], first, last, "", "", "", number))
        at = last
    return tokens + _words(text, at, end, lang)


def _words(text: str, start: int, end: int, lang: str) -> list[Token]:
    tokens = []
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        base, _, suffix = word.replace("’", "'").partition("'")
        if not base or (len(base) < 3 and suffix[:1].isupper()):  # O'Brien is one name
            base, suffix = word, ""
        tokens.append(
            Token(word, match.start(), match.end(), base, suffix.lower(), lower(base, lang))
        )
    return tokens


def pieces(text: str, lang: str) -> list[str]:
    """Words and punctuation marks of a text, in small letters."""
    return [lower(match.group(), lang) for match in _TOKEN.finditer(text)]


def last_word(tokens: Sequence[Token]) -> int:
    """The last token before the final punctuation of a sentence."""
    last = len(tokens) - 1
    while (
        last > 0
        and not tokens[last].is_word
        and tokens[last].passage < 0
        and tokens[last].text not in ")%"
    ):
        last -= 1
    return last
