"""Files written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from corpora.errors import OutputError


def write_whole(path: Path, data: bytes | str | Iterable[bytes | str]) -> None:
    """Write a file so that a crash, at any byte, leaves the old one or the new one. Raises OutputError.

    ``data`` may come in pieces; what making them raises is passed on, and the old file stays.
    """
    with replacing(path) as (file,):
        file.writelines(as_bytes((data,) if isinstance(data, bytes | str) else data))


@contextmanager
def replacing(*paths: Path) -> Iterator[list[BinaryIO]]:
    """A file to write for each path, put in place when the block ends well; else the old files stay.

    A crash at any byte leaves each old file or the new one, which has the old one's rights. A link stays, and leads to the
    new file; what is no file at all, such as /dev/stdout, is written as it is. Raises OutputError; what else the block raises passes.
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
            part_path.chmod(stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o666 & ~mask)
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


def as_bytes(chunks: Iterable[bytes | str]) -> Iterator[bytes]:
    """Text and bytes, ready for a file; a surrogate without its other half has no place in UTF-8."""
    for chunk in chunks:
        yield chunk.encode("utf-8", "ignore") if isinstance(chunk, str) else chunk
