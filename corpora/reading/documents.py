"""Files, addresses and bytes to Documents, and translated Documents back to bytes of the same format."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from corpora.document import Block, Document
from corpora.errors import InputError, UnsupportedFormat

from . import docx, html, markdown, subtitles, text
from .encoding import decode, encode
from .fetch import Fetcher

MAX_BYTES = 64 * 2**20
"""Bytes of one input; 50,000 sentences of news take about eight million."""
LANGUAGES = ("tr", "en")


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the suffixes that tell it, its two functions, and whether they take bytes or text."""

    suffixes: tuple[str, ...]
    read: Callable[[Any], list[Block]]
    write: Callable[[Any, Sequence[Block]], Any]
    is_binary: bool = False
    is_html: bool = False


FORMATS = {
    "text": Format((".txt", ".text"), text.read, text.write),
    "markdown": Format((".md", ".markdown"), markdown.read, markdown.write),
    "html": Format((".html", ".htm", ".xhtml"), html.read, html.write, is_html=True),
    # The same files, but all that is visible instead of the article alone; never guessed.
    "page": Format((), html.read_page, html.write_page, is_html=True),
    "docx": Format((".docx",), docx.read, docx.write, is_binary=True),
    "subtitles": Format((".srt", ".vtt"), subtitles.read, subtitles.write),
}
"""Every format by the name that ``format=`` takes."""

SUFFIXES = {suffix: name for name, entry in FORMATS.items() for suffix in entry.suffixes}
"""The name of the format that a file's suffix (in lower case) stands for."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[a-z]\w{0,4}", re.IGNORECASE)
_HTML = re.compile(rb"\s*<[^\0]{0,1024}?<?(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_SNIFFED = 4096  # bytes
# What NFKD leaves whole of the letters that file names have.
_TO_ASCII = str.maketrans("ıøłß", "iols")


def is_address(source: str) -> bool:
    """Whether a source is an address to be fetched rather than a file."""
    return _ADDRESS.match(source) is not None


def load(source: str | Path, *, fetcher: Fetcher | None = None) -> bytes:
    """The bytes of a file or of the page at an http(s) address.

    Raises InputError (FetchError, UnsafeInput) with the reason when there are none.
    """
    if isinstance(source, str) and is_address(source):
        return (fetcher or Fetcher()).fetch(source).data
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"there is no file {source}") from None
    except IsADirectoryError:
        raise InputError(f"{source} is a folder; name the files in it") from None
    except PermissionError:
        raise InputError(f"{source} may not be read; check its permissions") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{source} cannot be read ({error})") from None


def read(
    source: str | Path,
    *,
    lang: str = "tr",
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002 -- the word users know
    fetcher: Fetcher | None = None,
) -> Document:
    """The document in a file or at an http(s) address, cut into sentences; see ``read_bytes``."""
    data = load(source, fetcher=fetcher)
    return read_bytes(data, name=str(source), lang=lang, encoding=encoding, format=format)


def read_bytes(
    data: bytes,
    *,
    name: str,
    lang: str = "tr",
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002
) -> Document:
    """The document in some bytes, cut into sentences.

    ``name`` is the path or address they came from, "-" for standard input; it becomes the document's ``source``,
    tells the format if ``format`` (a key of ``FORMATS``) does not, and makes the document's id. ``encoding``
    overrides the detection of a text's encoding. Raises InputError when there is no text in a known format.
    """
    from corpora.segmentation import segment_document

    if lang not in LANGUAGES:
        raise InputError(f"Dragoman reads Turkish (tr) and English (en), not {lang!r}")
    check_size(data, name)
    entry = format_of(data, name, format)
    title = ""
    if entry.is_binary:
        blocks = _named(name, entry.read, data)
    else:
        source, _ = decode(data, name, encoding=encoding, is_html=entry.is_html)
        blocks = entry.read(source)
        title = html.title(source) if entry.is_html else ""
    if all(block.kind == "code" for block in blocks):
        raise InputError(f"{name} has no text to translate")
    headings = (block.text for block in blocks if block.kind == "heading")
    title = " ".join(next(headings, title or _stem(name)).split())
    return segment_document(Document(_id(data, name), lang, title, name, tuple(blocks)))


def write(
    document: Document,
    original: bytes,
    *,
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002
) -> bytes:
    """The original with its texts replaced by the document's, in the same format.

    ``document`` has the blocks that ``read_bytes`` gave for ``original``, with other texts (and inlines or none);
    ``encoding`` and ``format`` are those given there. The text keeps its encoding, byte order mark and line ends
    if the encoding can hold it, and becomes UTF-8 if not. Raises InputError when the blocks do not match.
    """
    entry = format_of(original, document.source, format)
    if entry.is_binary:
        data: bytes = _named(document.source, entry.write, original, document.blocks)
        return data
    source, found = decode(original, document.source, encoding=encoding, is_html=entry.is_html)
    result: str = _named(document.source, entry.write, source, document.blocks)
    if entry.is_html:
        result = html.with_lang(result, document.lang)
    return encode(result, found, is_html=entry.is_html)


def find_inputs(paths: Iterable[str | Path]) -> list[Path]:
    """The files that some paths stand for: a file for itself, a folder for the readable files in it and below.

    Files of a folder are sorted; hidden ones and those of unknown suffix are left out. No file is named twice.
    Raises InputError for a path that does not exist and for a folder without a readable file.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(f"there is no file or folder {path}")
        files = sorted(_files(path)) if path.is_dir() else [path]
        if not files:
            raise InputError(f"there is no article in {path}; read are {', '.join(SUFFIXES)} files")
        found.update(dict.fromkeys(files))
    return list(found)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)


def check_size(data: bytes, name: str) -> None:
    """Raise InputError unless there is something in ``data``, and not too much."""
    if not data.strip():
        raise InputError(f"{name} is empty")
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name} is larger than {MAX_BYTES // 2**20} MB; cut it into several files"
        )


def format_of(data: bytes, name: str, given: str | None) -> Format:
    """The format that was given, or that the name's suffix or else the content tells."""
    if given is not None:
        if given not in FORMATS:
            raise UnsupportedFormat(f"there is no format {given!r}; there are {', '.join(FORMATS)}")
        return FORMATS[given]
    suffix = PurePosixPath(_path(name)).suffix.lower()
    if suffix in SUFFIXES:
        return FORMATS[SUFFIXES[suffix]]
    # The suffix of an address (".php", ".aspx") names the program that answered.
    if _SUFFIX.fullmatch(suffix) and not is_address(name):
        raise UnsupportedFormat(
            f"{name}: {suffix} files are not read, but {', '.join(SUFFIXES)} are; "
            f"name the format ({', '.join(FORMATS)}) if it is one of them"
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return FORMATS["docx"]
    head = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return FORMATS["html"]
    return FORMATS["subtitles" if subtitles.is_subtitles(head.decode("latin-1")) else "text"]


def _named(name: str, function: Callable[..., Any], *arguments: object) -> Any:
    """The function's result; an InputError that it raises gets the input's name before its sentence."""
    try:
        return function(*arguments)
    except InputError as error:
        raise type(error)(f"{name}: {error}") from None


def _path(name: str) -> str:
    return unquote(urlsplit(name).path) if is_address(name) else name.replace("\\", "/")


def _stem(name: str) -> str:
    path = _path(name).rstrip("/")
    return PurePosixPath(path).stem.strip("-") or urlsplit(name).netloc or "untitled"


def _id(data: bytes, name: str) -> str:
    """A readable name that is the same for the same source: of standard input, for the same text."""
    digest = hashlib.sha256(data if name == "-" else name.encode("utf-8", "replace")).hexdigest()
    plain = unicodedata.normalize("NFKD", _stem(name).lower().translate(_TO_ASCII))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode()))[:40]
    return f"{slug}-{digest[:8]}".lstrip("-")
