"""Files opened for reading, and written whole or not at all."""

from __future__ import annotations

import codecs
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from corpora.errors import InputError, OutputError

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


@contextmanager
def replacing(*paths: Path) -> Iterator[list[BinaryIO]]:
    """A file to write for each path, put in place when the block ends well; else the old files stay.

    A crash at any byte leaves each old file or the new one. A link stays, and leads to the new file; what is no file at
    all, such as /dev/stdout, is written as it is. Raises OutputError; what else the block raises passes.
    """
    parts: dict[Path, Path] = {}
    try:
        with ExitStack() as stack:
            files: list[BinaryIO] = []
            for path in paths:
                if is_special(path):
                    files.append(stack.enter_context(path.open("wb")))
                    continue
                place = Path(os.path.realpath(path))
                place.parent.mkdir(parents=True, exist_ok=True)
                handle, part = tempfile.mkstemp(dir=place.parent, prefix=".dragoman-")
                parts[Path(part)] = place
                files.append(stack.enter_context(os.fdopen(handle, "wb")))
            yield files
            for file, path in zip(files, paths, strict=True):
                file.flush()
                if not is_special(path):
                    os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        for part_path, place in parts.items():
            part_path.chmod(0o666 & ~mask)
            part_path.replace(place)
    except OSError as error:
        what = ", ".join(map(str, paths))
        raise OutputError(f"cannot write {what}: {error.strerror or error}") from error
    finally:
        for part_path in parts:
            part_path.unlink(missing_ok=True)


def is_special(path: Path) -> bool:
    """Whether ``path`` is a device or a pipe, which can be written to but must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def chunks_as_bytes(chunks: Iterable[str | bytes]) -> Iterator[bytes]:
    """What a writer yields, ready for a file; a surrogate without its other half has no place in UTF-8."""
    for chunk in chunks:
        yield chunk.encode("utf-8", "ignore") if isinstance(chunk, str) else chunk
