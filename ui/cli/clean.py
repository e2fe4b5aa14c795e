"""``dragoman clean``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpora.formats import FORMATS, Source
from ui.cli.options import check_licence, emit, licence_option, output_options, save
from ui.cli.progress import note, status

if TYPE_CHECKING:
    from alignment.embedding import Encoder
    from corpora.bitext import Pair

_READ = {f.name: f.suffixes for f in FORMATS.values() if f.reader}
_WRITTEN = {f.name: f.suffixes for f in FORMATS.values() if f.writable}


@click.command()
@click.argument("source", metavar="INPUT")
@click.option(
    "--from", "from_", type=click.Choice(list(_READ)), help="Default: as the suffix says."
)
@click.option(
    "--recipe",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Filters and thresholds, as TOML. Default: the bundled recipe.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File for what was dropped and why, with examples: text, or JSON if it ends in .json.",
)
@licence_option
@output_options(_WRITTEN, default="tsv")
def clean(
    source: str,
    from_: str | None,
    recipe: Path | None,
    report: Path | None,
    licence: str | None,
    output: Path | None,
    to: str,
) -> None:
    """Drop the bad pairs of a corpus: wrong language, wrong numbers, damaged text, duplicates and more.

    INPUT is a file of pairs in any format of `dragoman import`, or - for standard input.
    """
    from corpora import formats
    from corpora.filters import Cleaner, load_recipe
    from ui.cleaning_rendering import as_json, as_text, summary

    check_licence(licence, to)
    steps = load_recipe(recipe, compare=_likeness)
    cleaner = Cleaner(steps)
    file: Source = sys.stdin.buffer if source == "-" else source
    reader = formats.find(file, from_ or ("tsv" if source == "-" else None))
    with status() as say:
        pairs = _counted(cleaner.clean(reader.read(file)), say)
        if output:
            save(pairs, output, to, steps.signature, licence)
        else:
            emit(FORMATS[to].write(pairs, steps.signature), None)
    done = cleaner.report()
    note(summary(done))
    if report:
        if report.suffix.lower() == ".json":
            text = json.dumps(as_json(done), ensure_ascii=False, indent=2)
        else:
            text = as_text(done)
        emit([text + "\n"], report)


def _counted(pairs: Iterable[Pair], say: Callable[[str], None]) -> Iterator[Pair]:
    for number, pair in enumerate(pairs, 1):
        if number % 10_000 == 0:
            say(f"{number:,} pairs kept")
        yield pair


def _likeness(sources: Sequence[str], targets: Sequence[str]) -> list[float]:
    """Cosines of the bundled vectors of each source and its target."""
    encoder = _encoder()
    cosines = (encoder.encode(sources, "tr") * encoder.encode(targets, "en")).sum(axis=1)
    return [float(cosine) for cosine in cosines]


@cache
def _encoder() -> Encoder:
    from alignment.embedding import load

    return load()
