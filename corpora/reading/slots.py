"""Where the translatable text stands in a source, and how other text is put in its place.

Every reader of a text format cuts its source into Slots: ranges with the Block that was read from them. What lies
between two slots is never looked at again, and a slot whose text did not change is copied as it stands, so a
document comes out byte for byte as it went in but for the words that were translated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpora.document import Block, BlockKind, Inline
from corpora.errors import InputError

# Not ``\s``: a no-break space is a character of the text.
_SPACE = " \t\r\n\f"
_SPACES = re.compile(f"[{_SPACE}]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A range of the source (character offsets) and the block read from it."""

    start: int
    end: int
    block: Block


Kind = Literal["text", "break", "open", "close", "point"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a source inside one block.

    ``kind`` is "text"; "break" (a line break that means something); "open" and "close" (of inline markup, paired
    by ``name``); or "point" (an image, a comment, a footnote mark). ``raw`` is the source from ``start`` to
    ``end``; ``text`` is what a reader sees of it.
    """

    kind: Kind
    start: int
    end: int
    raw: str
    text: str = ""
    name: str = ""


def has_words(text: str) -> bool:
    """Whether there is anything in a text to translate."""
    return any(map(str.isalnum, text))


def gather(tokens: Sequence[Token], kind: BlockKind) -> Slot | None:
    """The slot of one block's tokens, or None when they hold no words.

    White space runs become one space. Markup at the edges (around the whole text, or an image before it) stays
    outside the slot, where no translation can lose it.
    """
    if not has_words("".join(token.text for token in tokens)):
        return None
    tokens = _trimmed(tokens)
    pieces: list[str] = []
    starts: list[int] = []  # of every token, in the text
    length, last = 0, " "  # of the text so far, and the character that ends it
    for token in tokens:
        piece = "\n" if token.kind == "break" else _SPACES.sub(" ", token.text)
        if last == " " and token.kind == "break" and pieces:
            pieces[-1], length = pieces[-1][:-1], length - 1
        elif last in " \n":
            piece = piece.removeprefix(" ")
        starts.append(length)
        if piece:
            pieces.append(piece)
            length, last = length + len(piece), piece[-1]
    text = "".join(pieces)
    inlines = _inlines(tokens, text, starts)
    return Slot(tokens[0].start, tokens[-1].end, Block(kind, text, inlines=inlines))


def _inlines(tokens: Sequence[Token], text: str, starts: Sequence[int]) -> tuple[Inline, ...]:
    """The markup among the tokens, which start at these characters of the text."""
    partner = _partners(tokens)
    inlines: list[Inline] = []
    index = 0
    while index < len(tokens):
        token, other = tokens[index], partner.get(index)
        if token.kind == "open" and other is not None:
            # White space was made one character, so that a blank span has no more.
            if starts[other] - starts[index] > 1 or text[starts[index] : starts[other]].strip():
                inlines.append(Inline(starts[index], starts[other], token.raw, tokens[other].raw))
            else:
                # A link around nothing but an image is one thing, which no translation takes apart.
                raw = "".join(inner.raw for inner in tokens[index : other + 1])
                inlines.append(Inline(starts[index], starts[index], raw, ""))
                index = other
        elif token.kind == "point" or (token.kind in ("open", "close") and other is None):
            inlines.append(Inline(starts[index], starts[index], token.raw, ""))
        index += 1
    return tuple(inlines)


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """The index of the other half of every opening and closing token that has one."""
    partner: dict[int, int] = {}
    waiting: list[int] = []
    # Without the count, a page of a million "<b>" and as many "</i>" would be searched a million times.
    names: Counter[str] = Counter()
    for index, token in enumerate(tokens):
        if token.kind == "open":
            waiting.append(index)
            names[token.name] += 1
        elif token.kind == "close" and names[token.name]:
            while True:
                other = waiting.pop()
                names[tokens[other].name] -= 1
                if tokens[other].name == token.name:
                    break
            partner[other], partner[index] = index, other
    return partner


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without white space, points and whole-text markup at either edge."""
    partner = _partners(tokens)
    first, last = 0, len(tokens) - 1

    def is_blank(start: int, end: int) -> bool:
        return not any(token.text.strip() for token in tokens[start : end + 1])

    while first < last:
        head, tail = partner.get(first, first), partner.get(last, last)
        if head == last:
            first, last = first + 1, last - 1
        elif is_blank(first, head):
            first = head + 1
        elif is_blank(tail, last):
            last = tail - 1
        else:
            break
    kept = list(tokens[first : last + 1])
    # Only a text that is its own source can be cut; "&#32;" and the like stay whole.
    if kept[0].text == kept[0].raw:
        text = kept[0].text.lstrip(_SPACE)
        kept[0] = replace(kept[0], start=kept[0].end - len(text), raw=text, text=text)
    if kept[-1].text == kept[-1].raw:
        text = kept[-1].text.rstrip(_SPACE)
        kept[-1] = replace(kept[-1], end=kept[-1].start + len(text), raw=text, text=text)
    return kept


Escape = Callable[[str], list[str]]
"""Turns a text into the source of each of its characters (one string a character)."""


def render(
    block: Block, escape: Escape, *, verbatim: Callable[[Inline], bool] = lambda _: False
) -> str:
    """The source of a block: its text escaped, its inlines printed around their spans.

    Spans that overlap are nested by cutting the later one short. Inside an inline that is ``verbatim`` (a code
    span) nothing is escaped.
    """
    text, source = block.text, escape(block.text)
    pieces: list[str] = []
    opened: list[Inline] = []
    at = 0

    def copy(to: int) -> None:
        nonlocal at
        raw = any(map(verbatim, opened))
        pieces.append(text[at:to] if raw else "".join(source[at:to]))
        at = max(at, to)

    def close(until: int) -> None:
        while opened and opened[-1].end <= until:
            copy(opened[-1].end)
            pieces.append(opened.pop().close)

    for inline in sorted((_clamped(inline, len(text)) for inline in block.inlines), key=_start):
        close(inline.start)
        copy(inline.start)
        end = min(inline.end, opened[-1].end) if opened else inline.end
        pieces.append(inline.open)
        if end > inline.start:
            opened.append(replace(inline, end=end))
        else:
            pieces.append(inline.close)
    close(len(text))
    copy(len(text))
    return "".join(pieces)


def _start(inline: Inline) -> int:
    return inline.start


def _clamped(inline: Inline, length: int) -> Inline:
    start = min(max(inline.start, 0), length)
    return replace(inline, start=start, end=min(max(inline.end, start), length))


def with_lost_points(block: Block, original: Block) -> Block:
    """The block with every image, comment or footnote mark of the original that it lacks, at its end."""
    kept = {inline.open for inline in block.inlines}
    end = len(block.text)
    lost = tuple(
        Inline(end, end, inline.open, inline.close)
        for inline in original.inlines
        if inline.start == inline.end and inline.open not in kept
    )
    return replace(block, inlines=block.inlines + lost)


def is_unchanged(block: Block, original: Block) -> bool:
    """Whether a block can be printed as the original's source stands."""
    return original.kind == "code" or (
        block.text == original.text and (not block.inlines or block.inlines == original.inlines)
    )


def fill(
    source: str,
    slots: Sequence[Slot],
    blocks: Sequence[Block],
    to_source: Callable[[Block, Slot], str],
) -> str:
    """The source with the blocks in the places of the slots.

    ``to_source`` prints a block that changed; code blocks are never touched. Raises InputError unless there is one
    block a slot.
    """
    check_count(len(slots), len(blocks))
    pieces: list[str] = []
    at = 0
    for slot, block in zip(slots, blocks, strict=True):
        pieces.append(source[at : slot.start])
        same = is_unchanged(block, slot.block)
        pieces.append(source[slot.start : slot.end] if same else to_source(block, slot))
        at = slot.end
    pieces.append(source[at:])
    return "".join(pieces)


def check_count(places: int, blocks: int) -> None:
    """Raise InputError unless a translation has as many blocks as its original."""
    if places != blocks:
        raise InputError(
            f"the original has {places} blocks and the translation {blocks}: "
            "it was changed since it was read, so translate it again"
        )
