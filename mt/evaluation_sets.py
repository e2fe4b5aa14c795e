"""Test sets: sources and their reference translations, from files or from a project, and what kinds of segments they hold."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from corpora.bitext import Status
from corpora.errors import InputError
from corpora.formats import FORMATS, find
from corpora.quotation import pair_marks

if TYPE_CHECKING:
    from corpora.store import Project

_LENGTHS = (10, 20, 30, 40)  # words of the reference, upper ends
_FINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*$")
_MATCHES = ((100, "exact match"), (75, "75–99 %"), (50, "50–74 %"), (0, "no match"))
_APPROVED: tuple[Status, ...] = ("approved", "locked")
HELD_OUT_SHARE = 5  # one document in so many


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A test set: one or more ``references``, each a translation of every source (``sources`` may be unknown, so empty).

    ``kinds`` are the kinds of the blocks that the segments stand in, ``matches`` how well (in %) the translation memory
    knew each source beforehand; either is empty where nobody knows.
    """

    name: str
    references: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    matches: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise InputError unless everything that is known is known of each segment."""
        for what, column in (
            *(("another reference", r) for r in self.references[1:]),
            ("the source", self.sources),
            ("the kinds", self.kinds),
            ("the memory matches", self.matches),
        ):
            if column and len(column) != len(self):
                raise InputError(
                    f"the reference of {self.name} has {len(self)} segments and {what} has {len(column)}:"
                    " they must go line by line"
                )

    def __len__(self) -> int:
        """The number of segments."""
        return len(self.references[0])

    def buckets(self) -> Iterator[tuple[str, str, list[int]]]:
        """Group, name and members (indices) of every bucket that has any; each group divides the whole set."""
        groups: dict[str, dict[str, list[int]]] = {}
        for at, reference in enumerate(self.references[0]):
            source = self.sources[at] if self.sources else ""
            for group, name in self._labels(at, source, reference):
                groups.setdefault(group, {}).setdefault(name, []).append(at)
        order = [n for _, n in _MATCHES]
        for group, names in groups.items():
            ranked = sorted(names, key=lambda n: (order.index(n) if n in order else 0, _rank(n)))
            for name in ranked:
                yield group, name, names[name]

    def _labels(self, at: int, source: str, reference: str) -> Iterator[tuple[str, str]]:
        yield "length", _length(reference)
        quoted = bool(pair_marks(source).pairs or pair_marks(reference).pairs)
        yield "quotes", "with a quotation" if quoted else "without"
        # Of a bare line nobody knows what it was; headlines have no final punctuation.
        heading = self.kinds[at] == "heading" if self.kinds else not _FINAL.search(reference)
        yield "headlines", "headline" if heading else "running text"
        yield "names", "with a name" if _has_name(reference) else "without"
        digits = any(c.isdigit() for c in source + reference)
        yield "numbers", "with a number" if digits else "without"
        if self.matches:
            yield "memory", next(name for floor, name in _MATCHES if self.matches[at] >= floor)


def read_lines(path: str | Path) -> tuple[str, ...]:
    """The lines of a file (gzip too), empty ones included: in a test set a line's number is its name. Raises InputError."""
    try:
        data = Path(path).read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path} as lines of UTF-8 text: {_why(error)}") from error
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(line.removesuffix("\r") for line in lines)


def read_files(
    references: Sequence[str | Path], *, source: str | Path | None = None
) -> EvaluationSet:
    """A test set of plain files, a segment a line. Raises InputError."""
    return EvaluationSet(
        str(references[0]),
        tuple(read_lines(r) for r in references),
        read_lines(source) if source else (),
    )


def read_pairs(path: str | Path) -> EvaluationSet:
    """A test set of one file of pairs (gzip too): any corpus format, or a source, a tab and a reference a line.

    Raises InputError.
    """
    plain = Path(str(path).removesuffix(".gz"))
    known = FORMATS["tsv"] if plain.suffix in ("", ".txt") else find(plain)
    try:
        file: IO[bytes]
        with gzip.open(path) if str(path).endswith(".gz") else Path(path).open("rb") as file:  # type: ignore[assignment]
            pairs = list(known.read(file))
    except (OSError, EOFError) as error:
        raise InputError(f"cannot read {path}: {_why(error)}") from error
    for number, pair in enumerate(pairs, 1):
        if not pair.source.strip() or not pair.target.strip():
            raise InputError(
                f"pair {number} of {path} has an empty side: a test set has a source and a reference for each"
            )
    if not pairs:
        raise InputError(f"{path} holds no pair")
    return EvaluationSet(
        str(path), (tuple(p.target for p in pairs),), tuple(p.source for p in pairs)
    )


def is_held_out(document: str) -> bool:
    """Whether the document of that id is kept for testing and never learnt from: one in five, always the same ones."""
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:4]) % HELD_OUT_SHARE == 0


def of_project(project: Project, documents: Iterable[str] = ()) -> EvaluationSet:
    """The approved segments of a project's held-out documents, or of ``documents``, each with what the memory of the
    other documents knew of it.

    Raises InputError where there are none.
    """
    from corpora.memory import Memory
    from corpora.store import Filter

    documents = list(documents)
    chosen = documents or [d.id for d in project.documents() if is_held_out(d.id)]
    views = [
        view
        for document in chosen
        for view in project.segments(document, where=Filter(status=_APPROVED))
        if view.target.strip()
    ]
    if not views:
        which = "these documents have" if documents else "the held-out documents have"
        raise InputError(
            f"{which} no approved segment to test on; approve some, or name documents that have with --document"
        )
    others = [d.id for d in project.documents() if d.id not in chosen]
    known = Memory(project.pairs(Filter(documents=others, status=_APPROVED)) if others else ())
    matches = (known.look_up(v.source, minimum=_MATCHES[-2][0], limit=1) for v in views)
    return EvaluationSet(
        ", ".join(documents) or "held-out documents",
        (tuple(v.target for v in views),),
        tuple(v.source for v in views),
        tuple(v.kind for v in views),
        tuple(found[0].percent if found else 0 for found in matches),
    )


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _length(text: str) -> str:
    words = len(text.split())
    low = 1
    for high in _LENGTHS:
        if words <= high:
            return f"{low}–{high} words"
        low = high + 1
    return f"{low} words or more"


def _rank(name: str) -> tuple[int, str]:
    number = re.match(r"\d+", name)
    return (int(number[0]) if number else 0, name)


def _has_name(english: str) -> bool:
    """A capitalised word inside a sentence; English writes few others so."""
    return bool(re.search(r"(?<=[\w,;] )(?!I\b)[^\W\d_a-z]\w+", english))
