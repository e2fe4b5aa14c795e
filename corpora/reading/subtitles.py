"""Subtitles: SubRip (.srt) and WebVTT (.vtt); one block a cue, or one a speaker where lines begin with dashes.

Numbers, timings, cue settings, styles and notes are copied. A cue's lines are joined for translation and wrapped
again when printed. A sentence that runs on over several cues is translated cue by cue.

Sources: https://www.w3.org/TR/webvtt1/ ; SubRip has no standard, so what players accept is read.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import unescape

from corpora.document import Block

from .slots import Slot, Token, fill, gather, render, with_lost_points

MAX_LINE = 42
"""Characters in a line of a cue, the usual limit on television and in streaming."""

_CUE = re.compile(
    r"^[^\r\n]*-->[^\r\n]*(?:\r\n?|\n)"  # its timing
    r"((?:[^\r\n]*[^\s][^\r\n]*(?:\r\n?|\n|\Z))*)",  # lines until an empty one
    re.MULTILINE,
)
_PIECE = re.compile(
    r"(?P<tag><(?P<slash>/?)(?P<name>[A-Za-z]+)[^<>\r\n]*>)"
    r"|(?P<point>\{\\[^{}\r\n]*\}|<[\d:.]+>)"  # {\an8} moves a cue, <00:01.000> colours it word by word
    r"|(?P<entity>&\#?\w+;)"
    r"|(?P<text>.[^<{&]*)",
    re.DOTALL,
)
_DASHES = re.compile(r"^[ \t]*(?:<[^<>\r\n]*>|\{[^{}\r\n]*\})*[-–—][ \t]*(?=\S)", re.MULTILINE)


def read(source: str) -> list[Block]:
    """The text of the cues."""
    return [slot.block for slot in _slots(source)]


def write(source: str, blocks: Sequence[Block]) -> str:
    """The subtitles with the blocks in the places of those that ``read`` gave, at most 42 characters a line."""
    return fill(source, list(_slots(source)), blocks, partial(_to_source, _entities(source)))


def is_subtitles(source: str) -> bool:
    """Whether a text looks like SubRip or WebVTT."""
    return bool(re.match(r"WEBVTT\b|\s*\d+[ \t]*\r?\n\d+:\d\d:\d\d[,.]\d+ *-->", source))


def _is_webvtt(source: str) -> bool:
    return source.startswith("WEBVTT")


def _slots(source: str) -> Iterator[Slot]:
    for cue in _CUE.finditer(source):
        dashes = list(_DASHES.finditer(source, cue.start(1), cue.end(1)))
        # One dash is a dash; from two on they are speakers.
        starts = [dash.end() for dash in dashes] if len(dashes) > 1 else [cue.start(1)]
        ends = [dash.start() for dash in dashes[1:]] if len(dashes) > 1 else []
        for start, end in zip(starts, [*ends, cue.end(1)], strict=True):
            slot = gather(list(_tokens(source, start, end)), "caption")
            if slot:
                yield slot


def _tokens(source: str, start: int, end: int) -> Iterator[Token]:
    webvtt = _is_webvtt(source)
    for piece in _PIECE.finditer(source, start, end):
        raw, at = piece[0], (piece.start(), piece.end())
        if piece["tag"]:
            yield Token("close" if piece["slash"] else "open", *at, raw, name=piece["name"])
        elif piece["point"]:
            yield Token("point", *at, raw)
        else:
            yield Token("text", *at, raw, unescape(raw) if piece["entity"] and webvtt else raw)


def _entities(source: str) -> dict[str, str]:
    """What some characters of a text are in this source."""
    newline = {"\n": "\r\n" if "\r\n" in source else "\n"}
    if not _is_webvtt(source):
        return newline
    return newline | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _to_source(entities: Mapping[str, str], block: Block, slot: Slot) -> str:
    block = replace(with_lost_points(block, slot.block), text=_wrapped(block.text))
    return render(block, lambda text: [entities.get(char, char) for char in text])


def _wrapped(text: str) -> str:
    """The text with some of its spaces turned into line breaks, the lines about equally long."""
    text = re.sub(r"[\r\n]", " ", text)
    lines = -(-len(text) // MAX_LINE)
    for width in range(len(text) // max(lines, 1), MAX_LINE):
        wrapped = _wrap(text, width)
        if len(wrapped) <= lines:
            break
    else:
        wrapped = _wrap(text, MAX_LINE)
    characters = list(text)
    at = 0
    for line in wrapped[:-1]:
        at = text.index(line, at) + len(line)
        characters[at] = "\n"
    return "".join(characters)


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, max(width, 1), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
