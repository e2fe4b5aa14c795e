"""One text from the command line: a file, an address, or standard input."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from corpora.document import Document


def read_input(
    source: str | None, lang: str | None, encoding: str | None, *, lines: bool = False
) -> Document:
    """Read one document; its language is told from the text where ``lang`` is None.

    ``lines`` takes one sentence a line, as is. Raises InputError, or a usage error where there is nothing to read.
    """
    from corpora.language import detect
    from corpora.reading import load, read_bytes
    from corpora.segmentation import segment_document

    if source is None and sys.stdin.isatty():
        raise click.UsageError("nothing to read: name a file or an address, or pipe a text in")
    name = source or "-"
    data = sys.stdin.buffer.read() if name == "-" else load(name)
    if lines:
        return _of_lines(data, name, lang or "tr", encoding)
    document = read_bytes(data, name=name, lang=lang or "tr", encoding=encoding)
    if lang is None and (found := detect("\n".join(b.text for b in document.blocks))) not in (
        "",
        document.lang,
    ):
        document = segment_document(replace(document, lang=found))
    return document


def _of_lines(data: bytes, name: str, lang: str, encoding: str | None) -> Document:
    from corpora.document import Block, Document, Segment
    from corpora.errors import InputError
    from corpora.reading.encoding import decode

    text, _ = decode(data, name, encoding=encoding)
    blocks = tuple(
        Block("paragraph", line, (Segment(f"{number}.0", 0, len(line)),))
        for number, line in enumerate(line.strip() for line in text.split("\n"))
        if line
    )
    if not blocks:
        raise InputError(f"{name} has no line of text")
    return Document(name, lang, name, name, blocks)
