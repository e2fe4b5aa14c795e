"""Cut a sentence that is too long for the model where it hurts least."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

# Best places first: the end of a sentence inside a quotation, semicolon or colon, comma, conjunction, any space.
_PLACES = (
    r'[.!?…]["”’\']?\s+',
    r"[;:]\s+|\s[–—]\s",
    r",\s+",
    r"\s+(?=(?:ve|ile|ama|fakat|ancak|çünkü|and|but|or|because|which|that)\s)",
    r"\s+",
)

Encode = Callable[[str], Sequence[str]]


def cut(text: str, encode: Encode, limit: int) -> Iterator[tuple[Sequence[str], str]]:
    """Cut ``text`` into parts of at most ``limit`` pieces each.

    ``encode`` turns text into pieces. Yields (pieces, glue): the pieces of a part, and the white space that followed
    it in ``text``. Text that fits comes back whole. Nothing is left out: a word longer than the limit is cut by
    letters; only a single letter may have more pieces than the limit.
    """
    pieces = encode(text)
    if len(pieces) <= limit or len(text) < 2:
        yield pieces, ""
        return
    middle = _place(text)
    left, right = text[:middle], text[middle:]
    glue = left[len(left.rstrip()) :]
    *head, last = cut(left.rstrip(), encode, limit)
    yield from head
    yield last[0], glue
    yield from cut(right.lstrip(), encode, limit)


def _place(text: str) -> int:
    """The offset after the best cut within the middle half of ``text``; halves, so that no part is a mere scrap."""
    low, high = len(text) // 4, 3 * len(text) // 4
    for pattern in _PLACES:
        ends = [m.end() for m in re.finditer(pattern, text) if low <= m.end() <= high]
        if ends:
            return min(ends, key=lambda end: abs(end - len(text) // 2))
    return len(text) // 2
