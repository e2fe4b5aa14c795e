"""Options that several commands share, each in one place."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from corpora.writing import as_bytes, write_whole


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


def emit(chunks: Iterable[str | bytes], output: Path | None) -> None:
    """Write a result to ``output``, whole or not at all, or to standard output. Raises OutputError."""
    if output is not None:
        write_whole(output, chunks)
        return
    for chunk in as_bytes(chunks):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
