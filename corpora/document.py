"""What a text is: a Document of Blocks, whose text is cut into Segments.

All three are frozen values. A Segment is a span of its Block's text and the spacing between two Segments belongs
to the Block, so a translated Block is rebuilt with the original spacing and nothing needs to be remembered besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list-item", "quote", "table-cell", "caption", "code"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A translatable unit, nearly always a sentence.

    ``start`` and ``end`` are character offsets into the text of its Block; ``id`` is unique in the Document and
    stays the same when the same text is read again ("4.2": third sentence of the fifth block).
    """

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Inline:
    """Markup around a part of a Block's text, such as a link or bold face, to be printed around its translation.

    ``start`` and ``end`` are character offsets into the Block's text (equal for a mark that stands between two
    characters, such as a line break); ``open`` and ``close`` are the source format's own characters.
    """

    start: int
    end: int
    open: str
    close: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item…: the unit of layout.

    ``text`` is plain (no markup; no-break spaces and inner line breaks as in the source). ``segments`` are in order
    and do not overlap; a Block of kind "code" has none and is never translated.
    """

    kind: BlockKind
    text: str
    segments: tuple[Segment, ...] = ()
    inlines: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError unless the segments are in order, apart and inside the text."""
        at = 0
        for segment in self.segments:
            if not at <= segment.start < segment.end <= len(self.text):
                raise ValueError(
                    f"segment {segment.id} ({segment.start}–{segment.end}) does not fit its block"
                )
            at = segment.end

    def segment_text(self, segment: Segment) -> str:
        """The characters of one of this Block's segments."""
        return self.text[segment.start : segment.end]

    def with_segment_texts(self, texts: Sequence[str]) -> Block:
        """This Block with its segments' texts replaced, in order, and the spacing around them kept.

        The result has no inlines: whoever knows which words belong together sets them. Raises ValueError unless
        there is one text for each segment.
        """
        pieces: list[str] = []
        segments: list[Segment] = []
        at = length = 0
        for segment, text in zip(self.segments, texts, strict=True):
            gap = self.text[at : segment.start]
            # An empty translation takes its leading gap with it, or two spaces would meet.
            if text:
                pieces += [gap, text]
                start = length + len(gap)
                length = start + len(text)
                segments.append(Segment(segment.id, start, length))
            at = segment.end
        pieces.append(self.text[at:])
        return replace(self, text="".join(pieces), segments=tuple(segments), inlines=())


@dataclass(frozen=True, slots=True)
class Document:
    """A text in one language.

    ``id`` names it within a project, ``lang`` is "tr" or "en", ``source`` says where it came from (a path, an
    address, or "-"), ``blocks`` are in reading order.
    """

    id: str
    lang: str
    title: str
    source: str
    blocks: tuple[Block, ...] = field(default=())

    def segments(self) -> Iterator[tuple[Block, Segment]]:
        """Every segment with its block, in reading order."""
        for block in self.blocks:
            for segment in block.segments:
                yield block, segment

    def sentences(self) -> list[str]:
        """The text of every segment, in reading order."""
        return [block.segment_text(segment) for block, segment in self.segments()]
