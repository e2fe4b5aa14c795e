"""What a reader brings to the page becomes a Document: pasted text, an uploaded file, an address."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from corpora.document import Document
from corpora.errors import InputError
from corpora.language import detect
from corpora.reading import is_address, read, read_bytes
from corpora.segmentation import segment_document


def pasted(title: str, text: str) -> Document:
    """The document of a pasted text. Raises InputError where there is none."""
    if not text.strip():
        raise InputError("paste or type the article first")
    document = in_its_language(read_bytes(text.encode("utf-8", "replace"), name="-", format="text"))
    return replace(document, title=title.strip() or _first_line(text), source="-")


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0].strip()
    return line if len(line) <= 90 else line[:88].rsplit(" ", 1)[0] + " …"


def uploaded(path: str) -> Document:
    """The document in an uploaded file."""
    # Only the last part of the path is the reader's, and none of the rest leaves the server.
    data, name = Path(path).read_bytes(), Path(path).name
    document = in_its_language(read_bytes(data, name=name))
    # Two people may both have an `article.txt`: what tells uploads apart is what they hold.
    digest = hashlib.sha256(data).hexdigest()[:8]
    return replace(document, id=f"{document.id.rpartition('-')[0]}-{digest}".lstrip("-"))


def fetched(address: str) -> Document:
    """The article at an http(s) address, fetched under the guard of `corpora.reading`."""
    if not is_address(address):
        raise InputError("an address begins with https://")
    return in_its_language(read(address))


def in_its_language(document: Document) -> Document:
    """The document, cut into sentences again where its text is in the other language."""
    found = detect("\n".join(block.text for block in document.blocks))
    if found and found != document.lang:
        return segment_document(replace(document, lang=found))
    return document
