"""Options that several commands share, each in one place."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpora.formats import FORMATS
from corpora.writing import as_bytes, write_whole
from ui.cli.progress import note

if TYPE_CHECKING:
    from corpora.bitext import Pair


def output_options(
    formats: Mapping[str, Iterable[str]], default: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds ``-o/--output`` and ``--to`` to a command.

    ``formats`` are the names for ``--to``, each with the file suffixes that stand for it. The command is called with
    ``output: Path | None`` and ``to: str``: the format asked for, else that of the output's suffix, else ``default``;
    where there is none of these the usage is wrong.
    """
    by_suffix = {suffix: name for name, suffixes in formats.items() for suffix in suffixes}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="File to write instead of standard output; its suffix tells the format.",
        )
        @click.option(
            "--to",
            type=click.Choice(list(formats)),
            help=f"Default: {default}." if default else "Default: as the output's suffix says.",
        )
        @functools.wraps(command)
        def run(*args: Any, output: Path | None, to: str | None, **options: Any) -> Any:
            suffix = output.suffix.lower() if output else ""
            chosen = to or by_suffix.get(suffix, default)
            if chosen is None:
                where = (
                    f"the suffix of {output} tells no format" if output else "no output is named"
                )
                raise click.UsageError(f"{where}: say --to with one of {', '.join(formats)}")
            return command(*args, output=output, to=chosen, **options)

        return run

    return decorate


def project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that adds ``--project``; the command is called with ``project: str``, a path or an address."""
    return click.option(
        "--project",
        required=True,
        envvar="DRAGOMAN_PROJECT",
        show_envvar=True,
        metavar="DB",
        help="Project database: a file, or a postgresql:// address.",
    )(command)


def licence_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that adds ``--licence`` to a command with ``--to``; see `save`."""
    return click.option(
        "--licence",
        metavar="L",
        help="Licence on the card of --to dataset, as the Hub spells it: cc-by-4.0.",
    )(command)


def check_licence(licence: str | None, to: str) -> None:
    """Raise UsageError where there is no card to bear the licence."""
    if licence and to != "dataset":
        raise click.UsageError("--licence is for the card of --to dataset")


def save(
    pairs: Iterable[Pair], output: Path, to: str, signature: str, licence: str | None
) -> list[Path]:
    """Write a corpus in the format called ``to``; returns the files written. Raises OutputError."""
    if to != "dataset":
        return FORMATS[to].save(pairs, output, signature)
    from corpora.formats.hub import save_pairs

    written = save_pairs(pairs, output, signature, licence or "unknown")
    if not licence:
        note("the card says that the licence is unknown; --licence names one")
    return written


def emit(chunks: Iterable[str | bytes], output: Path | None) -> None:
    """Write a result to ``output``, whole or not at all, or to standard output. Raises OutputError."""
    if output is not None:
        write_whole(output, chunks)
        return
    for chunk in as_bytes(chunks):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
