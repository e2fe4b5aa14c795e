"""Where results go: names of output files, whole-or-nothing writing, and a ledger of what is done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.errors import InputError, OutputError

LEDGER = ".dragoman.jsonl"


@dataclass(frozen=True, slots=True)
class Job:
    """One input and where its result goes; ``output`` is None for standard output."""

    source: str
    output: Path | None


def plan(inputs: Sequence[str], output: str | None, lang: str, suffix: str | None) -> list[Job]:
    """Every file, address and "-" of ``inputs``, folders walked, each with its output.

    ``lang`` goes into the output's name (news.tr.txt → news.en.txt); ``suffix`` replaces the input's, where given.
    Of a folder, files whose name says that they are in ``lang`` are left out. Without ``output`` all goes to standard
    output. With one input that is no folder, ``output`` is a file unless it is a folder or ends in "/"; else it is a
    folder, and the inputs' folders are kept below it.
    """
    from corpora.reading import find_inputs, is_address

    found: list[tuple[str, Path]] = []
    for name in inputs:
        if name == "-" or is_address(name):
            stem = "stdin" if name == "-" else name.rstrip("/").rsplit("/", 1)[-1].split("?")[0]
            found.append((name, Path(stem or "page")))
            continue
        root = Path(name)
        if not root.is_dir():
            found += [(str(f), Path(f.name)) for f in find_inputs([root])]
            continue
        # news.en.txt beside news.tr.txt is a translation: perhaps what an earlier run of this very job has written.
        sources = [f for f in find_inputs([root]) if not f.stem.endswith(f".{lang}")]
        if not sources:
            raise InputError(f"there is no article in {root} but those named .{lang}")
        found += [(str(f), f.relative_to(root)) for f in sources]
    if output is None:
        return [Job(name, None) for name, _ in found]
    single = len(inputs) == 1 and not Path(inputs[0]).is_dir()
    if single and not Path(output).is_dir() and not output.endswith(("/", os.sep)):
        return [Job(found[0][0], Path(output))]
    jobs = [Job(name, Path(output) / _renamed(relative, lang, suffix)) for name, relative in found]
    taken: dict[Path, str] = {}
    for job in jobs:
        if job.output in taken:
            raise InputError(
                f"{taken[job.output]} and {job.source} would both be written to {job.output}"
            )
        taken[job.output] = job.source  # type: ignore[index]  # every job here has an output
    return jobs


def _renamed(relative: Path, lang: str, suffix: str | None) -> Path:
    from corpora.reading import SUFFIXES

    known = relative.suffix.lower() in SUFFIXES
    stem = relative.stem if known else relative.name
    base = stem.rsplit(".", 1)[0] if stem.endswith((".tr", ".en")) else stem
    return relative.with_name(f"{base}.{lang}{suffix or (relative.suffix if known else '.txt')}")


class Ledger:
    """What has been written into a folder and from what, so that a job cut off goes on where it stopped.

    A result counts as done where its file is there and came from the same bytes with the same settings.
    """

    def __init__(self, folder: Path, settings: dict[str, object]) -> None:
        """Read the ledger of ``folder``; ``settings`` is everything that changes a result."""
        self._path = folder / LEDGER
        self._settings = json.dumps(settings, sort_keys=True, default=str)
        self._done: dict[str, str] = {}
        try:
            for line in self._path.read_text("utf-8").splitlines():
                entry = json.loads(line)
                self._done[entry["output"]] = entry["key"]
        except (OSError, ValueError, KeyError):
            # No ledger, or its last line was cut off: what was read holds, the rest is done again.
            pass

    def has(self, output: Path, data: bytes) -> bool:
        """Whether ``output`` is there and is what ``data`` makes with these settings."""
        return self._done.get(self._name(output)) == self._key(data) and output.exists()

    def add(self, output: Path, data: bytes) -> None:
        """Write down that ``output`` is done."""
        line = json.dumps(
            {"output": self._name(output), "key": self._key(data)}, ensure_ascii=False
        )
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

    def _name(self, output: Path) -> str:
        return output.relative_to(self._path.parent).as_posix()

    def _key(self, data: bytes) -> str:
        return hashlib.sha256(self._settings.encode() + b"\0" + data).hexdigest()
