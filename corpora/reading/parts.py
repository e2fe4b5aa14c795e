"""A long text part by part, so that working through it takes no more memory than a short one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpora.document import Document

from .documents import FORMATS, check_size, format_of, read_bytes, write
from .encoding import decode
from .slots import has_words

PART = 2**18
"""Bytes of a part: one or two thousand sentences of news, which is enough for full batches."""

# Where to cut: between paragraphs, else after a line that ends as a sentence does, else after any line.
_CUTS = [
    re.compile(p) for p in (rb"\n[ \t]*\r?\n", rb"[.!?][\"'\xe2\x80\x9d\x99]*[ \t]*\r?\n", rb"\n")
]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: its document, and what `write` needs besides."""

    document: Document
    data: bytes
    encoding: str | None
    format: str | None

    def write(self, document: Document) -> bytes:
        """The part with its texts replaced by the document's, in the same format; see ``documents.write``."""
        return write(document, self.data, encoding=self.encoding, format=self.format)


def read_parts(
    data: bytes,
    *,
    name: str,
    lang: str = "tr",
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002 -- the word users know
) -> Iterator[Part]:
    """The document in some bytes, in parts that are whole paragraphs where the text has any.

    Only plain text in UTF-8 of more than two times `PART` comes in several, whose ``data`` make up the whole; what is
    unique in a document is unique in its part. Takes and raises what ``read_bytes`` does.
    """
    if not _is_long_text(data, name, encoding, format):
        document = read_bytes(data, name=name, lang=lang, encoding=encoding, format=format)
        yield Part(document, data, encoding, format)
        return
    at = 0
    while at < len(data):
        end = _end(data, at)
        part, at = data[at:end], end
        if has_words(part.decode()):
            document = read_bytes(part, name=name, lang=lang, encoding="utf-8", format="text")
        else:
            document = Document(name, lang, "", name)
        yield Part(document, part, "utf-8", "text")


def _is_long_text(data: bytes, name: str, encoding: str | None, given: str | None) -> bool:
    if len(data) <= 2 * PART:
        return False
    check_size(data, name)
    if format_of(data, name, given) is not FORMATS["text"]:
        return False
    text, found = decode(data, name, encoding=encoding)
    # In another encoding a letter that it cannot hold makes the whole result UTF-8.
    return found.name == "utf-8" and has_words(text)


def _end(data: bytes, at: int) -> int:
    """Where the part that begins at ``at`` ends."""
    soonest = at + PART
    if soonest + PART < len(data):
        for cut in _CUTS:
            if found := cut.search(data, soonest, soonest + PART):
                return found.end()
    return len(data)
