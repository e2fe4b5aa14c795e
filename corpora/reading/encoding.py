"""Bytes to text and back, for Turkish and English.

What is neither marked (by a byte order mark or an HTML page's own declaration) nor UTF-8 is taken for the Turkish
encoding in which it reads like Turkish or English. iso-8859-9 is read as cp1254, which holds it but for control
characters; browsers do the same (https://encoding.spec.whatwg.org/#names-and-labels).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from corpora.errors import InputError, UnsupportedFormat

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_TURKISH = ("cp1254", "cp857", "mac-turkish")  # Windows, DOS, old Macintosh; the commonest first
_ONLY_TURKISH = re.compile("[ğışĞİŞ]")
_FAMILIAR = frozenset(
    "çğıöşüÇĞİÖŞÜâîûÂÎÛ“”‘’„«»–—…•·°§©®™€£¥½¼¾±×´²³\N{NO-BREAK SPACE}\N{SOFT HYPHEN}"
)
_MAX_FOREIGN_SHARE = (
    0.04  # of the letters; foreign names have some, a text in the wrong encoding many
)
_ALWAYS_FOREIGN = 4  # characters that even a short text may have
# What pages are found to declare; Python has codecs besides that are no character sets ("unicode_escape").
_CHARACTER_SET = re.compile(r"utf-8|cp\d+|iso8859-\d+|ascii|koi8-[rut]|mac-\w+")
_READ_AS = {"iso8859-9": "cp1254", "iso8859-1": "cp1252", "ascii": "cp1252"}
_DECLARED = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARED_WITHIN = 4096  # bytes from the beginning of a page; browsers look at 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.01  # of the characters of a text that is no binary file


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text was written: the codec's name and the byte order mark (or none) before it."""

    name: str
    bom: bytes = b""


def decode(
    data: bytes, name: str, *, encoding: str | None = None, is_html: bool = False
) -> tuple[str, Encoding]:
    """The text of ``data`` and how it was written.

    ``name`` is what messages call the input; ``encoding`` overrides the detection. Raises InputError when it is no
    text or in no encoding that is told, or when ``encoding`` is unknown or does not fit.
    """
    bom = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    body = data[len(bom) :]
    if encoding:
        found = Encoding(_known(encoding), bom)
        try:
            return body.decode(found.name), found
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name} is not in {encoding}: byte {error.start + len(bom)} does not fit; leave the encoding out to have it detected"
            ) from None
    for candidate in _candidates(body, bom, is_html=is_html):
        try:
            text = body.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        _refuse_binary(text, name)
        if candidate not in _TURKISH or _is_plausible(text, candidate):
            return text, Encoding(candidate, bom)
    _refuse_binary(body.decode("latin-1"), name)
    raise InputError(
        f"{name} is neither UTF-8 nor a Turkish encoding; name its encoding (cp1254, utf-16, …)"
    )


def encode(text: str, encoding: Encoding, *, is_html: bool = False) -> bytes:
    """The bytes of a text in the encoding it was read in, its byte order mark included.

    What the encoding cannot hold becomes a character reference in HTML; in other formats it makes the whole text
    UTF-8, as a lost letter would be worse than another encoding.
    """
    try:
        errors = "xmlcharrefreplace" if is_html else "strict"
        return encoding.bom + text.encode(encoding.name, errors)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _known(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        "".encode(encoding)  # not every codec makes text: "rot13", "zip"
    except LookupError:
        raise InputError(
            f"there is no encoding named {encoding!r}; try utf-8, cp1254 or iso-8859-9"
        ) from None
    return info.name


def _candidates(body: bytes, bom: bytes, *, is_html: bool) -> list[str]:
    if bom:
        return [_BOMS[bom]]
    found = _DECLARED.search(body, 0, _DECLARED_WITHIN) if is_html else None
    declared = [_declared(found[1].decode("ascii"))] if found else []
    if body.isascii():
        # Any encoding reads it, but only the declared one may be written into it.
        return [*declared, "utf-8"]
    # UTF-8 first: a page that says otherwise was converted by somebody who forgot to say so.
    return ["utf-8", *declared, *_TURKISH]


def _declared(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return "utf-8"
    return _READ_AS.get(name, name) if _CHARACTER_SET.fullmatch(name) else "utf-8"


def _is_plausible(text: str, encoding: str) -> bool:
    """Whether a text reads like Turkish or English: few characters that neither language has."""
    foreign = sum(not char.isascii() and char not in _FAMILIAR for char in text)
    if encoding != _TURKISH[0]:
        # Rare enough today to be believed only when everything fits.
        return not foreign and _ONLY_TURKISH.search(text) is not None
    return foreign <= max(_ALWAYS_FOREIGN, _MAX_FOREIGN_SHARE * sum(map(str.isalpha, text)))


def _refuse_binary(text: str, name: str) -> None:
    if text.startswith("%PDF-"):
        raise UnsupportedFormat(f"{name} is a PDF; save its text as .txt or .docx first")
    if len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise InputError(f"{name} is a binary file or in an encoding to be named, such as utf-16")
