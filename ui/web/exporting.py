"""Export from the page: pairs in every corpus format, or the English article in a format for readers."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from corpora.bitext import Pair, Status
from corpora.errors import InputError
from corpora.formats import FORMATS
from corpora.store import Filter

if TYPE_CHECKING:
    from corpora.store import Project

# The translation alone, in the layout of its source.
ARTICLES = {"txt": ".txt", "md": ".md", "html": ".html", "docx": ".docx"}
STATUSES: tuple[Status, ...] = get_args(Status)
_PIECE = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Export:
    """A file for the reader: what it is called, and its bytes in pieces."""

    name: str
    pieces: Iterator[bytes]


def choices() -> list[str]:
    """The formats there are."""
    return [f.name for f in FORMATS.values() if f.writable] + list(ARTICLES)


def chosen(
    documents: Sequence[str], status: Sequence[str], speaker: str, *, quotes: bool, flagged: bool
) -> Filter:
    """What the form asks for; nothing chosen means everything. Raises InputError for an unknown status."""
    if unknown := set(status) - set(STATUSES):
        raise InputError(f"there is no status {min(unknown)}; there are {', '.join(STATUSES)}")
    return Filter(
        documents=tuple(documents),
        status=cast("tuple[Status, ...]", tuple(status)),
        speaker=speaker,
        quotes_only=quotes,
        flagged=False if flagged else None,
    )


def preview(project: Project, where: Filter, most: int = 8) -> list[Pair]:
    """The first pairs of an export."""
    return [pair for _, pair in zip(range(most), project.pairs(where), strict=False)]


def export(project: Project, name: str, where: Filter) -> Export:
    """The file. Raises UnsupportedFormat or InputError."""
    stem = Path(project.place).stem if "://" not in project.place else "project"
    if name in ARTICLES:
        return _article(project, name, where)
    if name not in FORMATS or not FORMATS[name].writable:
        raise InputError(f"there is no format {name!r}; there are {', '.join(choices())}")
    form = FORMATS[name]
    if form.saver:
        return Export(f"{stem}-{name}.zip", _zipped(project, name, stem, where))
    suffix = form.suffixes[0] if form.suffixes else ".xlf"
    return Export(f"{stem}{suffix}", form.write(project.pairs(where)))


def _article(project: Project, name: str, where: Filter) -> Export:
    from mt.translator import Translation
    from ui.rendering import render

    if len(where.documents) != 1:
        raise InputError("choose one article to export as a text for readers")
    source, target = project.document(where.documents[0]), project.translated(where.documents[0])
    made = render(Translation(source, target, model="", engine="", segments=()), name)
    return Export(f"{target.id}.{target.lang}{ARTICLES[name]}", iter([made]))


def _zipped(project: Project, name: str, stem: str, where: Filter) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder, "files")
        inside.mkdir()
        FORMATS[name].save(project.pairs(where), inside / stem)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(p for p in inside.rglob("*") if p.is_file()):
                archive.write(file, file.relative_to(inside))
    data = packed.getvalue()
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
