"""``dragoman quotes``."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from corpora.writing import write_whole
from ui.cli.inputs import read_input


@click.command()
@click.argument("source", metavar="INPUT", required=False)
@click.option(
    "--lang",
    type=click.Choice(["tr", "en"]),
    help="Language of the text. Default: told from the text.",
)
@click.option(
    "--to", type=click.Choice(["table", "json", "tsv"]), default="table", show_default=True
)
@click.option(
    "--originals",
    multiple=True,
    metavar="FILE",
    help="English report to look for the original wording of each quote in (may be repeated).",
)
@click.option("-o", "--output", metavar="FILE", help="File to write instead of standard output.")
@click.option(
    "--encoding", metavar="NAME", help="Encoding of a text input, where detection is wrong."
)
def quotes(
    source: str | None,
    lang: str | None,
    to: str,
    originals: tuple[str, ...],
    output: str | None,
    encoding: str | None,
) -> None:
    """Find the quotes of an article and who is speaking.

    INPUT is a file, an http(s) address, or - for standard input. With --originals, each Turkish quote is followed by
    the authentic English wording that the English reports give it.
    """
    from pathlib import Path

    from alignment.quotes import find

    document = read_input(source, lang, encoding)
    found = find(document)
    proposals: list[Any] | None = None
    if originals:
        from alignment.embedding import load
        from alignment.quotes.pairing import originals as originals_

        reports = [read_input(name, "en", None) for name in originals]
        proposals = originals_(found, document, reports, encoder=load())
    from ui.quotes_rendering import as_json, as_table, as_tsv

    if to == "json":
        text = json.dumps(as_json(document, found, proposals), ensure_ascii=False, indent=2) + "\n"
    elif to == "tsv":
        text = as_tsv(found, proposals)
    else:
        text = as_table(found, proposals, color=not output and sys.stdout.isatty())
    if output:
        write_whole(Path(output), text)
    else:
        print(text, end="")
