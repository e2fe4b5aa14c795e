"""``dragoman import`` and ``dragoman export``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from corpora.bitext import Status
from corpora.formats import FORMATS, Source, find
from ui.cli.options import (
    check_licence,
    emit,
    licence_option,
    output_options,
    project_option,
    save,
)
from ui.cli.progress import bar, note

if TYPE_CHECKING:
    from corpora.bitext import Pair

_READ = [f.name for f in FORMATS.values() if f.reader]
_WRITTEN = {f.name: f.suffixes for f in FORMATS.values() if f.writable} | {"tbx": (".tbx",)}
_GLOSSARY = ("tbx", "tsv", "csv")
_STATUS = click.Choice(get_args(Status))


@click.command("import")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@project_option
@click.option("--from", "from_", type=click.Choice(_READ), help="Default: as the suffix says.")
@click.option(
    "--sentences",
    nargs=2,
    metavar="SOURCE TARGET",
    help="FILE is an alignment (Vecalign's or a ladder) of these two files of one sentence a line.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Put the translations into the segments that they were exported from.",
)
@click.option(
    "--document", metavar="NAME", help="Document of pairs that name none. Default: the file's name."
)
@click.option(
    "--status",
    type=_STATUS,
    default="approved",
    show_default=True,
    help="Status of pairs that have none.",
)
@click.option("--terms", is_flag=True, help="FILE is a glossary; .tbx always is one.")
def import_(
    inputs: tuple[str, ...],
    project: str,
    from_: str | None,
    sentences: tuple[str, str] | None,
    update: bool,
    document: str | None,
    status: Status,
    terms: bool,
) -> None:
    """Put pairs of sentences, or a glossary, into a project: all of it, or nothing if a FILE is broken.

    A project that is not there is made. Pairs from English to Turkish are turned round, pairs in other languages are
    left out. `-` is standard input, with --from.

    With --update a FILE that was exported and translated elsewhere is brought back: its pairs become the translations of
    their segments. What somebody has changed here since stays, and the FILE's text is a proposal beside it.
    """
    glossaries = [terms or Path(name).suffix.lower() == ".tbx" for name in inputs]
    if any(glossaries):
        if from_ or sentences or update or document or not all(glossaries):
            raise click.UsageError("a glossary comes in by itself, without pairs and their options")
        _import_terms(inputs, project)
        return
    from corpora.formats.selection import oriented
    from corpora.reimport import bring_back
    from corpora.store import Project

    left_out: Counter[str] = Counter()
    read = [_read(name, from_, sentences) for name in inputs]
    with bar("pairs") as progress:
        pairs = (
            replace(pair, document=pair.document or document or _title(name))
            for name, found in zip(inputs, read, strict=True)
            for pair in oriented(found, left_out=left_out)
        )
        # The first pair is read before the project is opened: a misspelt name makes no empty project.
        first = list(islice(pairs, 1))
        counted = _Counted(chain(first, pairs), progress)
        with Project.open(project, create=not update) as opened:
            if update:
                done: Mapping[str, int] = bring_back(opened, counted)
            else:
                name = document or _title(inputs[0])
                new = opened.import_pairs(counted, document=name, status=status)
                done = {"imported": new, "were there already": counted.count - new}
    said = [f"{count:,} pairs {what}" for what, count in done.items() if count]
    note(", ".join(said) or "0 pairs imported")
    for languages, count in sorted(left_out.items()):
        note(f"{count:,} pairs are {languages} and were left out")


@click.command()
@project_option
@click.option("--document", "documents", multiple=True, metavar="NAME", help="Only this document (may be repeated).")  # fmt: skip
@click.option("--status", multiple=True, type=_STATUS, help="Only pairs of this status (may be repeated).")  # fmt: skip
@click.option("--min-score", type=float, metavar="X", help="Only pairs with at least this score, from 0 to 1.")  # fmt: skip
@click.option("--quotes-only", is_flag=True, help="Only pairs that are somebody's words.")
@click.option("--untranslated", is_flag=True, help="Segments without a translation too, for XLIFF to be translated elsewhere.")  # fmt: skip
@click.option("--dedupe", is_flag=True, help="Of pairs with the same texts only the first.")
@click.option("--anonymise", is_flag=True, help="No editors' names, addresses, paths and comments.")
@licence_option
@click.option("--terms", is_flag=True, help="The glossary instead of pairs, as tbx, tsv or csv.")
@output_options(_WRITTEN)
def export(
    project: str,
    output: Path | None,
    to: str,
    untranslated: bool,
    licence: str | None,
    terms: bool,
    **filters: Any,
) -> None:
    """Write the pairs of a project as a corpus, or its glossary.

    The same project gives the same bytes. How the file was made stands in it, or beside it in FILE.signature.
    """
    check_licence(licence, to)
    if terms or to == "tbx":
        if to not in _GLOSSARY or untranslated or any(filters.values()):
            raise click.UsageError(
                "a glossary is written whole, as tbx, tsv or csv, without the options of pairs"
            )
        _export_terms(project, output, to)
        return
    from corpora.formats.selection import Selection
    from corpora.store import Project

    selection = Selection(**filters)
    with bar("pairs") as progress, Project.open(project, create=False) as opened:
        pairs = _Counted(selection.apply(opened.pairs(untranslated=untranslated)), progress)
        if output is None:
            emit(FORMATS[to].write(pairs, selection.signature()), None)
            return
        written = save(pairs, output, to, selection.signature(), licence)
    note(f"{pairs.count:,} pairs in {', '.join(map(str, written))}")


def _import_terms(files: Iterable[str], project: str) -> None:
    from corpora.formats import terms
    from corpora.store import Project

    read = [term for file in files for term in terms.read(Path(file))]
    with Project.open(project) as opened:
        new = opened.add_terms(read)
    note(f"{new:,} of {len(read):,} terms are new")


def _export_terms(project: str, output: Path | None, to: str) -> None:
    from corpora.formats.terms import dump
    from corpora.store import Project

    with Project.open(project, create=False) as opened:
        held = opened.terms()
    emit([dump(held, f"terms.{to}")], output)
    if output:
        note(f"{len(held):,} terms in {output}")


def _read(name: str, format_name: str | None, sentences: tuple[str, str] | None) -> Iterable[Pair]:
    source: Source = name
    if name == "-":
        if format_name is None and not sentences:
            raise click.UsageError("standard input has no suffix: say --from")
        source = sys.stdin.buffer
    if not sentences:
        return find(source, format_name).read(source)
    from corpora.formats import ladder

    texts = [ladder.sentences(file) for file in sentences]
    return ladder.pairs(ladder.read(source), texts[0], texts[1])


def _title(name: str) -> str:
    return "stdin" if name == "-" else Path(name).name


class _Counted:
    """Pairs that are counted, and the count shown, as they go by."""

    def __init__(self, pairs: Iterable[Pair], progress: Any) -> None:
        self.count = 0
        self._pairs, self._progress = pairs, progress

    def __iter__(self) -> Iterator[Pair]:
        for pair in self._pairs:
            self.count += 1
            if self.count % 1000 == 0:
                self._progress(self.count, None)
            yield pair
