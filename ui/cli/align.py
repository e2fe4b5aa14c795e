"""``dragoman align``."""

from __future__ import annotations

from pathlib import Path

import click

from corpora.writing import write_whole
from ui.cli.inputs import read_input
from ui.cli.progress import note, status

FORMATS = ("table", "tsv", "json", "tmx", "vecalign", "ladder", "html")


@click.command()
@click.argument("source")
@click.argument("target")
@click.option(
    "--lines", is_flag=True, help="The files hold one sentence a line; take them as they are."
)
@click.option("--quotes", is_flag=True, help="Pair the quotes and their speakers too.")
@click.option("--words", is_flag=True, help="Link the words of each sentence pair too.")
@click.option(
    "--comparable",
    is_flag=True,
    help="The texts are two independent reports of one event: pair their quotes by meaning.",
)
@click.option("--to", type=click.Choice(FORMATS), help="Default: table on a terminal, else tsv.")
@click.option(
    "--encoder",
    default="bundled",
    show_default=True,
    metavar="E",
    help="Sentence vectors: bundled, or a sentence-transformers model.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="File to write instead of standard output; its suffix tells the format.",
)
@click.option("--encoding", metavar="NAME", help="Encoding of the texts, where detection is wrong.")
def align(
    source: str,
    target: str,
    lines: bool,
    quotes: bool,
    words: bool,
    comparable: bool,
    to: str | None,
    encoder: str,
    output: str | None,
    encoding: str | None,
) -> None:
    """Pair the sentences of a Turkish SOURCE and its English TARGET.

    SOURCE and TARGET are files or http(s) addresses. Beads with a low score and long runs without a counterpart are
    named on standard error, for a person to look at.
    """
    import sys

    from alignment.documents import align_documents
    from alignment.embedding import load
    from ui.alignment_rendering import render

    texts = [
        read_input(name, lang, encoding, lines=lines)
        for name, lang in ((source, "tr"), (target, "en"))
    ]
    with status() as say:
        say("loading vectors")
        done = align_documents(
            texts[0],
            texts[1],
            encoder=load(encoder),
            quotes=quotes,
            words=words,
            independent=comparable,
            progress=say,
        )
    guessed = Path(output).suffix[1:] if output else ""
    fallback = "table" if sys.stdout.isatty() and not output else "tsv"
    result = render(done, to or (guessed if guessed in FORMATS else fallback))
    if output:
        write_whole(Path(output), result)
    else:
        print(result, end="")
    _report(done.beads)


def _report(beads) -> None:  # type: ignore[no-untyped-def]
    from alignment.sentences import report

    found = report(beads)
    if found.doubtful:
        note(f"{len(found.doubtful)} of {len(beads)} beads are doubtful (score under 0.5)")
    for side, start, end in found.runs:
        note(f"{side} sentences {start + 1}–{end} have no counterpart")
