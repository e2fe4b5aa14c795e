"""Cut a text into sentences, in Turkish and English.

A sentence ends with its final punctuation outside any open quotation. ``sentencex`` proposes the boundaries on a copy
of the text without its quotation marks; the rules here then take boundaries away: inside a quotation that belongs to a
reporting sentence (``Bakan, "A. B." dedi.`` is one sentence), and after ordinals, initials and abbreviations. A
quotation that stands alone is cut inside. All rules look at a few words around a boundary, so time is linear.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from importlib.resources import files

import sentencex

from corpora.document import Block, Document, Segment
from corpora.quotation import Marks, Pair, pair_marks

_TERMINAL = ".!?…"
_LOOK = 60  # characters read on either side of a boundary
_SPACE = re.compile(r"\s+")
_LAST_TOKEN = re.compile(r"\S+$")
_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\.")
_INITIAL = re.compile(r"(?:\w\.-?)*[A-ZÇĞİÖŞÜ]\.")
_NUMBER = re.compile(r"\d{1,3}\.")
# A Turkish sentence without a verb may end with its number: `… yaş ortalaması 31. Denizin …`.
_COUNTED = re.compile(
    r"\b(?:sayısı|ortalaması|oranı|toplamı|adedi|skoru|yaşı|bilanço)(?: [^\s,;:]+){0,3} \d+\.$"
)
_BRAND = re.compile(r"[a-zçğıöşü]{1,2}-?[A-ZÇĞİÖŞÜ]")
_REPORTED = {
    # What makes `"A? B?" Karapapak asked.` one sentence although a capital letter follows the closing mark.
    "en": re.compile(
        r"(?:[\w’'.-]+,?\s+){1,4}?(?:said|says|asked|asks|replied|added|adds|wrote|told|answered|shouted"
        r"|quipped|joked|wondered|recalled|insisted|warned|declared|explained|exclaimed|cried)\b(?! that)"
    ),
    "tr": re.compile(r"(?:[\w’'.-]+,?\s+){1,4}?(?:dedi|diye|diyen|diyor|demiş|demişti)\b"),
}


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """The sentences of one block of text.

    ``lang`` is "tr" or "en" (another code gets sentencex's own rules and the quotation rules). Returns (start, end)
    character offsets, in order and apart, without the white space around a sentence; together they hold every
    character that is not white space.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    marks = pair_marks(text)
    for end in [*_boundaries(text, lang, marks), len(text)]:
        piece = text[at:end]
        start = at + len(piece) - len(piece.lstrip())
        stop = at + len(piece.rstrip())
        if start < stop:
            spans.append((start, stop))
        at = end
    return spans


def segment(block: Block, lang: str, prefix: str) -> Block:
    """``block`` with a Segment for each sentence, named ``prefix.0``, ``prefix.1``, …; code gets none."""
    spans = [] if block.kind == "code" else split(block.text, lang)
    return replace(
        block,
        segments=tuple(
            Segment(f"{prefix}.{n}", start, end) for n, (start, end) in enumerate(spans)
        ),
    )


def segment_document(document: Document) -> Document:
    """``document`` with every block cut into sentences; a block's prefix is its index."""
    blocks = tuple(
        segment(block, document.lang, str(index)) for index, block in enumerate(document.blocks)
    )
    return replace(document, blocks=blocks)


def _boundaries(text: str, lang: str, marks: Marks) -> list[int]:
    ends = [end for end in _proposed(text, lang, marks) if not _continues(text, end, lang)]
    hard = [run.start() for run in _SPACE.finditer(text) if _is_break(run.group())]
    known = set(ends) | set(hard)
    closed = _protected(text, marks, known)
    starts = [pair.start for pair in closed]
    kept = set(hard)
    for end in ends:
        # Protected pairs do not overlap, so only the last one that starts before can hold the boundary.
        index = bisect_right(starts, end) - 1
        if index < 0 or end >= closed[index].end:
            kept.add(end)
    return sorted(kept)


def _proposed(text: str, lang: str, marks: Marks) -> list[int]:
    """Ends of sentencex's sentences, closing quotation marks included, as if nothing were quoted."""
    closers = {pair.inner_end: pair.end for pair in marks.pairs} | dict(marks.stray)
    masked = list(text)
    openers = [(pair.start, pair.inner_start) for pair in marks.pairs]
    for start, end in [*openers, *marks.unclosed, *closers.items()]:
        masked[start:end] = " " * (end - start)
    # A line break within a paragraph is only layout; sentencex may take it for an end.
    plain = _SPACE.sub(_flatten, "".join(masked))
    ends: list[int] = []
    for found in sentencex.get_sentence_boundaries(lang, plain):
        end = found["start_index"] + len(found["text"].rstrip())
        if found["text"].strip():
            ends.append(_over_closers(text, end, closers))
    return ends


def _is_break(space: str) -> bool:
    return space.count("\n") > 1


def _flatten(run: re.Match[str]) -> str:
    space = run.group()
    return space if _is_break(space) else " " * len(space)


def _over_closers(text: str, end: int, closers: dict[int, int]) -> int:
    while True:
        at = end
        while at < len(text) and text[at].isspace() and at - end < 2:
            at += 1
        if at not in closers:
            break
        end = closers[at]
        while end < len(text) and text[end] in _TERMINAL:
            end += 1
    return end


def _continues(text: str, end: int, lang: str) -> bool:
    """Whether the sentence goes on after a proposed end: ordinal, initial, abbreviation, or a clause after a mark."""
    rest = text[end : end + _LOOK].lstrip().lstrip("\"“”„«»‘'([")
    before = text[max(0, end - _LOOK) : end]
    if not rest:
        return False
    quoted = before[-1:] not in _TERMINAL
    lower = rest[0].islower() and not _BRAND.match(rest)
    if lower and (quoted or before[-1] in "!?…" or before.endswith("..")):
        return True
    if quoted:
        asked = before.rstrip("\"“”„«»‘’'").rstrip()[-1:] in "!?"
        return asked and lang in _REPORTED and bool(_REPORTED[lang].match(rest))
    if not before.endswith(".") or before.endswith(".."):
        return False
    token = _last_token(before)
    return _is_unfinished(token, before, rest, lower, lang, end <= len(token))


def _last_token(before: str) -> str:
    match = _LAST_TOKEN.search(before)
    return match.group().lstrip("(\"“”„«»'‘’[/") if match else ""


def _is_unfinished(token: str, before: str, rest: str, lower: bool, lang: str, first: bool) -> bool:
    """Whether the full stop of ``token`` belongs to the word."""
    kind = _abbreviations(lang).get(token)
    if kind == "before":
        return True
    if kind == "number":
        return rest[0].isdigit() or lower
    if kind == "after":
        return not rest[0].isupper()
    if lower and (len(token) <= 4 or token[:-1].isdigit()):
        return True
    if lang == "tr" and _NUMBER.fullmatch(token) and rest[0].isupper() and _COUNTED.search(before):
        return False
    if lang == "tr":
        return bool(
            _NUMBER.fullmatch(token) or _ROMAN.fullmatch(token) or _INITIAL.fullmatch(token)
        )
    if first and (_NUMBER.fullmatch(token) or _ROMAN.fullmatch(token)):
        return True
    if token == "I.":  # noqa: S105 -- a word, not a password
        return False
    return bool(_INITIAL.fullmatch(token)) and rest[0].isupper()


def _protected(text: str, marks: Marks, ends: set[int]) -> list[Pair]:
    """The outermost quotations that are part of a larger sentence, so that no sentence ends inside."""
    protected: list[Pair] = []
    begins: dict[int, bool] = {}
    reach = 0
    before_end = sorted(ends)
    for pair in marks.pairs:
        if pair.start < reach:
            continue
        begins[pair.inner_start] = starts = _starts_sentence(text, pair, before_end, begins)
        if starts and _ends_sentence(text, pair, ends):
            continue
        protected.append(pair)
        reach = pair.end
    return protected


def _starts_sentence(text: str, pair: Pair, ends: list[int], begins: dict[int, bool]) -> bool:
    if pair.start in begins:
        return begins[pair.start]
    index = bisect_right(ends, pair.start) - 1
    since = ends[index] if index >= 0 else 0
    return not text[max(since, pair.start - _LOOK) : pair.start].strip(" \t\n\u00a0–—-•")


def _ends_sentence(text: str, pair: Pair, ends: set[int]) -> bool:
    return pair.end in ends or pair.end + 1 in ends or not text[pair.end : pair.end + _LOOK].strip()


@cache
def _abbreviations(lang: str) -> dict[str, str]:
    """Abbreviation → "before", "number" or "after", from ``abbreviations.tsv``."""
    table: dict[str, str] = {}
    for line in (files("corpora") / "abbreviations.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, kind, words = line.split("\t")
            if language == lang:
                table.update(dict.fromkeys(words.split(), kind))
    return table
