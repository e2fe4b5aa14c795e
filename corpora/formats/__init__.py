"""Corpus formats, one file each: what reads pairs and what writes them, by name and by file suffix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from corpora.bitext import Pair
from corpora.errors import UnsupportedFormat
from corpora.writing import as_bytes, is_special, write_whole

from .files import Source, name_of

__all__ = ["FORMATS", "Format", "Source", "find"]

SIGNATURE_SUFFIX = ".signature"


@dataclass(frozen=True, slots=True)
class Format:
    """A corpus format: its name, its file suffixes (the first is put on new files) and where its functions are.

    ``reader``, ``writer`` and ``saver`` are "module.function" of this package. A reader makes pairs of a path or a
    binary file. A writer makes text or bytes of pairs, a saver (for what is more than one file) the files beside a
    path; either takes ``signature`` where ``signed``.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str = ""
    writer: str = ""
    saver: str = ""
    signed: bool = False

    @property
    def writable(self) -> bool:
        """Whether pairs can be written in this format."""
        return bool(self.writer or self.saver)

    def read(self, source: Source) -> Iterator[Pair]:
        """The pairs of a file, one after the other. Raises InputError."""
        if not self.reader:
            raise UnsupportedFormat(f"{self.name} cannot be read")
        pairs: Iterator[Pair] = _function(self.reader)(source)
        return pairs

    def write(self, pairs: Iterable[Pair], signature: str = "") -> Iterator[bytes]:
        """The bytes of a file in pieces. Raises UnsupportedFormat for what is more than one file."""
        if not self.writer:
            what = "is more than one file; name an output" if self.saver else "cannot be written"
            raise UnsupportedFormat(f"{self.name} {what}")
        options = {"signature": signature} if self.signed else {}
        return as_bytes(_function(self.writer)(pairs, **options))

    def save(self, pairs: Iterable[Pair], path: Path, signature: str = "") -> list[Path]:
        """Write ``path`` whole or not at all; returns the files written.

        A signature goes into the file, or beside it (news.tsv.signature) where a line more would trouble readers.
        Raises OutputError, and what reading the pairs raises.
        """
        options = {"signature": signature} if self.signed else {}
        beside = path.with_name(path.name + SIGNATURE_SUFFIX)
        if self.saver:
            written: list[Path] = _function(self.saver)(pairs, path, **options)
        else:
            written = [path]
            write_whole(path, self.write(pairs, signature))
        if signature and not self.signed and not is_special(path):
            write_whole(beside, f"{signature}\n")
            written = [*written, beside]
        return written


FORMATS = {
    made.name: made
    for made in (
        Format("tmx", (".tmx",), "tmx.read", "tmx.write", signed=True),
        Format("xliff", (".xlf", ".xliff"), "xliff.read", "xliff.write_12", signed=True),
        Format("xliff2", (), "xliff.read", "xliff.write_21", signed=True),
        Format("tsv", (".tsv", ".tab"), "tabular.read_tsv", "tabular.write_tsv"),
        Format("csv", (".csv",), "tabular.read_csv", "tabular.write_csv"),
        Format("jsonl", (".jsonl", ".ndjson"), "tabular.read_jsonl", "tabular.write_jsonl"),
        Format("moses", (".moses", ".tr", ".en"), "moses.read", saver="moses.save"),
        Format("parquet", (".parquet",), "parquet.read", "parquet.write", signed=True),
        Format("dataset", (), "hub.read_dataset", saver="hub.save_pairs", signed=True),
        Format("po", (".po", ".pot"), "po.read"),
    )
}


def find(source: Source | Path, name: str | None = None) -> Format:
    """The format of that name, else the one that the source's suffix stands for; a folder is a dataset. Raises UnsupportedFormat."""
    if name is not None:
        if name not in FORMATS:
            raise UnsupportedFormat(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
        return FORMATS[name]
    suffix = Path(name_of(source)).suffix.lower()
    for known in FORMATS.values():
        if suffix in known.suffixes:
            return known
    if Path(name_of(source)).is_dir():
        return FORMATS["dataset"]
    raise UnsupportedFormat(
        f"{name_of(source)} has a suffix that stands for no format; name one of {', '.join(FORMATS)}"
    )


def _function(name: str) -> Any:
    module, _, function = name.partition(".")
    return getattr(import_module(f"{__name__}.{module}"), function)
