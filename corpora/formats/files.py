"""Files opened for reading."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from corpora.errors import InputError

if TYPE_CHECKING:
    from corpora.reading.encoding import Encoding

Source = str | Path | IO[bytes]
_SAMPLE = 2**16  # bytes from the beginning that tell the encoding


def name_of(source: Source) -> str:
    """What messages call ``source``."""
    return str(source) if isinstance(source, str | Path) else str(getattr(source, "name", "input"))


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """``source`` as a binary file; one that was a file already stays open. Raises InputError."""
    if not isinstance(source, str | Path):
        yield source
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(source).open("rb"))
        except OSError as error:
            raise InputError(f"cannot read {source}: {error.strerror}") from error
        yield file


@contextmanager
def opened_text(source: Source) -> Iterator[io.TextIOWrapper]:
    """``source`` as text whose line ends are left as they are. Raises InputError.

    UTF-8 with or without a byte order mark, UTF-16 with one, and the Turkish encodings are told apart.
    """
    with opened(source) as file:
        buffered = io.BufferedReader(_Raw(file), _SAMPLE)
        encoding = _encoding(buffered.peek(_SAMPLE), name_of(source))
        buffered.read(len(encoding.bom))
        text = io.TextIOWrapper(buffered, encoding.name, newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name_of(source)} is not all {encoding.name}: {error.reason}; save it as UTF-8"
            ) from None


def _encoding(sample: bytes, name: str) -> Encoding:
    from corpora.reading.encoding import Encoding, decode

    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(sample[:2], name)[1]
    if len(sample) >= _SAMPLE:
        # A character cut in two at the end would look like another encoding.
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1]
    bom = codecs.BOM_UTF8 if sample.startswith(codecs.BOM_UTF8) else b""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return decode(sample, name)[1]
    return Encoding("utf-8", bom)


class _Raw(io.RawIOBase):
    """Any binary file, a pipe too, as one that can be buffered; closing it leaves the file open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # any writable buffer
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)
