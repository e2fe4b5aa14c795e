"""``dragoman news``."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

import click

from corpora import news as corpus
from corpora.formats import FORMATS
from ui.cli.options import emit, output_options
from ui.cli.progress import note

_FIGURES = "figures"
_TO = {f.name: f.suffixes for f in FORMATS.values() if f.writable} | {_FIGURES: ()}


@click.command()
@click.argument("part", type=click.Choice(corpus.CONFIGS), required=False)
@click.option("--split", type=click.Choice(get_args(corpus.Split)), help="Only this split.")
@output_options(_TO, default=_FIGURES)
def news(part: str | None, split: str | None, output: Path | None, to: str) -> None:
    """Our own Turkish–English news corpus (CC0): its figures, or its pairs in any format.

    PART is articles (their beads), quotes (quote pairs with speakers) or pairs (single sentences for training).
    `--to dataset` writes all three as one dataset, with its card and its splits.
    """
    if to == _FIGURES:
        from corpora.news.statistics import as_markdown

        emit([as_markdown()], output)
        return
    if to == "dataset" and not part and not split and output:
        from corpora.formats.hub import save_dataset

        save_dataset(corpus.tables(), output, corpus.card())
        note(f"the news corpus is in {output}")
        return
    if not part or to == "dataset":
        what = (
            "a dataset is the whole corpus: say -o, and no part or split"
            if to == "dataset"
            else "say which part"
        )
        raise click.UsageError(what)
    pairs = corpus.pairs(cast("corpus.Config", part), cast("corpus.Split | None", split))
    if output:
        written = FORMATS[to].save(pairs, output, "")
        note(f"written to {', '.join(map(str, written))}")
    else:
        emit(FORMATS[to].write(pairs), None)
