"""Which quotation marks belong together.

Turkish and English print mix `"…"`, `“…”`, `„…“`, `«…»`, `»…«`, `'…'`, `‘…’` and apostrophes, nest them, leave one
out, or glue a case suffix to the closing one (`"Nefes"i`, `'çaycı Mustafa'yı`). One pass over the text with a stack
decides each mark by what stands before and after it, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"''|``|[\"“”„‟«»‹›'‘’‚`]")
_FAMILY = {
    **dict.fromkeys(('"', "“", "”", "„", "‟", "''", "``"), "double"),
    **dict.fromkeys("«»", "angle"),
    **dict.fromkeys("‹›", "single-angle"),
    **dict.fromkeys("'‘’‚`", "single"),
}
_OPENERS = {"“", "„", "‟", "«", "‹", "‘", "‚", "``", "`"}
_CLOSERS = {"”", "»", "›"}
# `„…“`, `‚…‘` and `»…«` close with what opens elsewhere.
_REVERSED = {"“": "„", "‘": "‚", "«": "»", "‹": "›"}
_ELISION = re.compile(r"(?:\d0s|em|til|tis|twas|cause|n|round|bout)\b", re.IGNORECASE)
_SUFFIX = re.compile(r"[a-zçğıöşüâîû]{1,9}(?!\w)")
_NICKNAME_LIMIT = 60

_Role = Literal["open", "close", "apostrophe", "stray"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A quotation: the opening mark is ``text[start:inner_start]``, the closing one ``text[inner_end:end]``.

    ``depth`` is 0 for a quotation that stands in no other.
    """

    start: int
    inner_start: int
    inner_end: int
    end: int
    depth: int

    def inside(self, text: str) -> str:
        """The words between the marks."""
        return text[self.inner_start : self.inner_end]


@dataclass(frozen=True, slots=True)
class Marks:
    """The quotation marks of a text: ``pairs`` by their start, and what found no partner.

    ``unclosed`` holds the (start, end) of each opening mark without a closing one, ``stray`` those of each closing
    mark without an opening one; apostrophes are in neither.
    """

    pairs: tuple[Pair, ...]
    unclosed: tuple[tuple[int, int], ...]
    stray: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Open:
    start: int
    end: int
    mark: str
    suffixed: int = -1  # where an apostrophe with a suffix could have closed it


class _Pairing:
    """One pass over a text; holds the marks still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.open = Counter[str]()
        self.found: list[tuple[int, int, int, int]] = []
        self.unclosed: list[tuple[int, int]] = []
        self.stray: list[tuple[int, int]] = []
        self.last: tuple[int, _Role] = (-1, "stray")

    def run(self) -> Marks:
        for token in _TOKEN.finditer(self.text):
            start, end, mark = token.start(), token.end(), token.group()
            role = self.role(start, end, mark)
            if role == "open":
                self.stack.append(_Open(start, end, mark))
                self.open[_FAMILY[mark]] += 1
            elif role == "close":
                self.close(start, end, _FAMILY[mark])
            elif role == "stray":
                self.stray.append((start, end))
            elif self.stack and self.stack[-1].suffixed < 0 and _SUFFIX.match(self.text, end):
                self.stack[-1].suffixed = start
            self.last = (end, role)
        while self.stack:
            self.abandon(self.stack.pop())
        return Marks(_nest(self.found), tuple(sorted(self.unclosed)), tuple(self.stray))

    def role(self, start: int, end: int, mark: str) -> _Role:
        before = self.text[start - 1] if start else " "
        after = self.text[end] if end < len(self.text) else " "
        touching = self.last[1] if self.last[0] == start else None
        if _FAMILY[mark] == "single":
            return self.single(end, mark, before, after, touching)
        is_open = self.open[_FAMILY[mark]] > 0
        may_open = not after.isspace() and (
            touching == "open" or (touching is None and not _is_wordlike(before))
        )
        may_close = not before.isspace() and touching != "open"
        if mark in _REVERSED and is_open and self.opened_by(_REVERSED[mark]):
            return "close"
        if mark in _OPENERS and (may_open or (after.isspace() and before.isspace())):
            return "open"
        if mark in _CLOSERS and (is_open or may_close) and not (may_open and not may_close):
            return "close" if is_open else "stray"
        if may_open and not (may_close and is_open and before not in "([{-–—/"):
            return "open"
        if may_close:
            return "close" if is_open else "stray"
        return "close" if is_open else "open"

    def single(self, end: int, mark: str, before: str, after: str, touching: _Role | None) -> _Role:
        """A single mark is first of all an apostrophe."""
        is_open = self.open["single"] > 0
        if touching == "close" and after.isalnum():
            return "apostrophe"
        worded = touching != "open" and (_is_wordlike(before) or before in ")]%°")
        if worded and after.isalnum():
            return "apostrophe"
        if mark == "‘" and is_open and self.opened_by("‚") and not before.isspace():
            return "close"
        if after.isalnum() or (not after.isspace() and before.isspace()):
            return "apostrophe" if mark in "'’" and _ELISION.match(self.text, end) else "open"
        if mark in "‘‚`" and not before.isalnum():
            return "open"
        return "close" if is_open and not before.isspace() else "apostrophe"

    def opened_by(self, mark: str) -> bool:
        return bool(self.stack) and self.stack[-1].mark == mark

    def close(self, start: int, end: int, family: str) -> None:
        while True:
            top = self.stack.pop()
            if _FAMILY[top.mark] == family:
                break
            self.abandon(top)
        self.open[family] -= 1
        self.found.append((top.start, top.end, start, end))

    def abandon(self, mark: _Open) -> None:
        """An opening mark without a partner, unless a suffixed apostrophe closes a nickname."""
        self.open[_FAMILY[mark.mark]] -= 1
        closing = mark.suffixed
        if _FAMILY[mark.mark] == "single" and 0 < closing - mark.end <= _NICKNAME_LIMIT:
            self.found.append((mark.start, mark.end, closing, closing + 1))
        else:
            self.unclosed.append((mark.start, mark.end))


def pair_marks(text: str) -> Marks:
    """Pair the quotation marks of ``text``; any text is accepted, however unbalanced."""
    return _Pairing(text).run()


def _is_wordlike(char: str) -> bool:
    return char.isalnum()


def _nest(found: list[tuple[int, int, int, int]]) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    ends: list[int] = []
    for start, inner_start, inner_end, end in sorted(found):
        while ends and ends[-1] <= start:
            ends.pop()
        # A nickname closed by a suffix may reach past the quotation around it.
        if inner_start >= inner_end or (ends and ends[-1] < end):
            continue
        pairs.append(Pair(start, inner_start, inner_end, end, len(ends)))
        ends.append(end)
    return tuple(pairs)
