"""Office packages (ZIP files of XML parts) from anywhere: every limit is checked before a byte is unpacked, and again
while unpacking, and no part may define entities.

Sources: ECMA-376 part 2 (Open Packaging Conventions); OWASP's notes on XML external entities and zip bombs.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from corpora.errors import InputError, UnsafeInput, UnsupportedFormat

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ENTRIES = 4_096
"""Files in a package; a book with a thousand pictures has about 1,100."""
MAX_UNPACKED = 512 * 2**20
"""Bytes of all files together, unpacked."""
MAX_PART = 64 * 2**20
"""Bytes of one XML part, unpacked; the text of a thousand pages takes about 10 million."""
MAX_RATIO = 200
"""Unpacked to packed size of a file above ``RATIO_FROM`` bytes; Word's own style sheets reach 40."""
RATIO_FROM = 2**20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1


class Package:
    """A package whose table of contents has been checked. Raises InputError when it cannot or must not be read."""

    def __init__(self, data: bytes) -> None:
        """Check the package in ``data``."""
        if data.startswith(_OLE):
            raise UnsupportedFormat(
                "this is an old Word document (.doc) or one with a password; save it as .docx without one"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            raise InputError("this .docx is damaged: it is no complete ZIP file") from None
        self._data = data
        self._infos = {info.filename: info for info in self._zip.infolist()}
        _check(self._zip.infolist())

    @property
    def names(self) -> list[str]:
        """The names of the files in the package, in its own order."""
        return list(self._infos)

    def read(self, name: str, limit: int = MAX_PART) -> bytes:
        """The bytes of one file; more than ``limit`` of them raise UnsafeInput."""
        try:
            with self._zip.open(self._infos[name]) as file:
                # A directory entry can lie about the size, so that is counted again.
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise InputError(f"this .docx is damaged: {name} cannot be unpacked") from None
        if len(data) > limit:
            raise UnsafeInput(f"{name} in this .docx unpacks to more than {limit:,} bytes")
        return data

    def part(self, name: str) -> _Element:
        """The root element of one XML part."""
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(self.read(name), parser)
        except etree.XMLSyntaxError as error:
            raise InputError(f"this .docx is damaged: {name} is no XML ({error.msg})") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnsafeInput(
                f"{name} in this .docx defines a document type, which Word never does"
            )
        return root

    def with_parts(self, parts: Mapping[str, _Element]) -> bytes:
        """The package with some XML parts replaced and all other files as they are."""
        from lxml import etree

        if not parts:
            return self._data
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w") as target:
            for name, info in self._infos.items():
                if name in parts:
                    data = etree.tostring(
                        parts[name], xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                else:
                    data = self.read(name, MAX_UNPACKED)
                copy = zipfile.ZipInfo(name, info.date_time)
                copy.compress_type, copy.external_attr = info.compress_type, info.external_attr
                target.writestr(copy, data)
        return result.getvalue()


def _check(infos: list[zipfile.ZipInfo]) -> None:
    """Raise UnsafeInput or InputError for a table of contents that no word processor writes."""
    if len(infos) > MAX_ENTRIES:
        raise UnsafeInput(f"this .docx holds {len(infos):,} files; {MAX_ENTRIES:,} are allowed")
    if len({info.filename for info in infos}) < len(infos):
        raise UnsafeInput("this .docx holds two files of the same name")
    # ZIP64 sizes are among these, however large.
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED:
        raise UnsafeInput(f"this .docx unpacks to {total:,} bytes; {MAX_UNPACKED:,} are allowed")
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise InputError("this .docx has a password; save it without one")
        if info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
            raise UnsafeInput(
                f"{info.filename} in this .docx grows more than {MAX_RATIO} times when unpacked"
            )
