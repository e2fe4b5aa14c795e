"""Plain text.

Blank lines end a paragraph. So does every line end in the usual news text, with a paragraph a line; only in a text
that was wrapped by hand or by a mail program do the lines of a paragraph belong together, and there the text is
wrapped again at the same width when it is written.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from corpora.document import Block, BlockKind

from .slots import Slot, fill, has_words

_WIDEST_WRAP = 120  # characters; nobody wraps at more
_LONGEST_HEADING = 120  # characters
# In wrapped prose two lines of three break in the middle of a sentence before a small letter, elsewhere hardly any do.
_WRAPPED_SHARE = 1 / 3
_LINE = re.compile(r"[^\r\n]+")
_NEWLINE = re.compile(r"\r\n?|\n")
_WRAP = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t]*")
_MARKER = re.compile(r"(?:[-*•‣▪◦–—]|(\d{1,3})[.)])[ \t]+(?=\S)")
_FINAL = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with words in it. ``start`` and ``end`` are where its text stands, after any list marker."""

    start: int
    end: int
    text: str
    width: int  # of the whole line, with indentation and marker
    opens: bool  # a blank line or nothing stands before it
    marked: bool  # it begins with a list marker
    number: int | None  # …which is this number

    @property
    def is_final(self) -> bool:
        """Whether it ends as a sentence or clause does."""
        return _FINAL.search(self.text) is not None


def read(source: str) -> list[Block]:
    """The headings, paragraphs and list items of a text."""
    return [slot.block for slot in _slots(source)]


def write(source: str, blocks: Sequence[Block]) -> str:
    """The text with the blocks in the places of those that ``read`` gave."""
    return fill(source, list(_slots(source)), blocks, partial(_to_source, source))


def _to_source(source: str, block: Block, slot: Slot) -> str:
    original = source[slot.start : slot.end]
    wrap = _WRAP.search(original)
    if not wrap:
        return _WRAP.sub(" ", block.text)
    width = max(map(len, _WRAP.split(original)))
    lines = textwrap.wrap(block.text, width, break_long_words=False, break_on_hyphens=False)
    return wrap[0].join(lines)


def _slots(source: str) -> Iterator[Slot]:
    lines = list(_lines(source))
    width = _wrap_width(lines)
    at = 0
    while at < len(lines):
        last = at
        while last + 1 < len(lines) and _joins(lines[last], lines[last + 1], width):
            last += 1
        following = lines[last + 1] if last + 1 < len(lines) else None
        kind = _kind(lines[at], following) if last == at or lines[at].marked else "paragraph"
        start, end = lines[at].start, lines[last].end
        yield Slot(start, end, Block(kind, _WRAP.sub("\n", source[start:end])))
        at = last + 1


def _lines(source: str) -> Iterator[_Line]:
    found: list[_Line] = []
    end, opens = 0, True
    for match in _LINE.finditer(source):
        opens = opens or len(_NEWLINE.findall(source, end, match.start())) > 1
        end = match.end()
        if not has_words(match[0]):
            opens = True
            continue
        text = match[0].strip()
        start = match.start() + match[0].index(text)
        marker = _MARKER.match(text)
        number = int(marker[1]) if marker and marker[1] else None
        found.append(
            _Line(
                start, start + len(text), text, len(match[0].rstrip()), opens, bool(marker), number
            )
        )
        opens = False
    return _without_false_markers(found)


def _without_false_markers(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines with markers cut off, but not the "3." of ``3. toplantı yapıldı``: lists count from one."""
    numbers = [line.number for line in lines if line.number is not None]
    follows = iter([*numbers[1:], None])
    expected = 0
    for line in lines:
        marked = line.marked
        if line.number is not None:
            following = next(follows)
            marked = line.number == expected or (line.number == 1 and following == 2)
            expected = line.number + 1 if marked else 0
        marker = _MARKER.match(line.text)
        if marked and marker and has_words(line.text[marker.end() :]):
            text = line.text[marker.end() :]
            yield replace(line, start=line.end - len(text), text=text)
        else:
            yield replace(line, marked=False, number=None)


def _breaks_sentence(line: _Line, following: _Line) -> bool:
    return not line.is_final and following.text[0].islower()


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The width (characters) at which a text was wrapped, 0 if it was not."""
    neighbours = [
        (line, following)
        for line, following in pairwise(lines)
        if not following.opens and not following.marked
    ]
    broken = [line.width for line, following in neighbours if _breaks_sentence(line, following)]
    if not broken or max(broken) > _WIDEST_WRAP or len(broken) < _WRAPPED_SHARE * len(neighbours):
        return 0
    return max(broken)


def _joins(line: _Line, following: _Line, width: int) -> bool:
    """Whether a line goes on in the next: the next one's first word had no room in it."""
    if not width or following.opens or following.marked or line.width > _WIDEST_WRAP:
        return False
    word = len(following.text.split(maxsplit=1)[0])
    return _breaks_sentence(line, following) or line.width + 1 + word > width


def _kind(line: _Line, following: _Line | None) -> BlockKind:
    if line.marked:
        return "list-item"
    if line.is_final or len(line.text) > _LONGEST_HEADING:
        return "paragraph"
    stands_alone = line.opens and (not following or following.opens or following.is_final)
    return "heading" if stands_alone or line.text.isupper() else "paragraph"
