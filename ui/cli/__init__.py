"""The command ``dragoman``: thin commands that parse, call the floors below, and render."""

from __future__ import annotations

import importlib
import os
import sys
from keyword import iskeyword
from typing import Any

import click

from corpora.errors import DragomanError

# Command → module that holds it, imported only when the command runs: `dragoman --help` answers at once.
COMMANDS = {
    "translate": (
        "ui.cli.translate",
        "Translate articles: files, folders, addresses or standard input.",
    ),
    "align": (
        "ui.cli.align",
        "Pair the sentences, words and quotes of a text and its translation.",
    ),
    "quotes": ("ui.cli.quotes", "Find the quotes of an article and their speakers."),
    "evaluate": (
        "ui.cli.evaluate",
        "Score a translation or a model: BLEU, chrF2, TER; compare two.",
    ),
    "review": ("ui.cli.review", "Open the browser workbench: read, correct, approve, export."),
    "import": (
        "ui.cli.corpora",
        "Put pairs of sentences into a project: TMX, XLIFF, TSV, Moses and more.",
    ),
    "export": ("ui.cli.corpora", "Write the pairs of a project as a corpus, filtered."),
    "search": ("ui.cli.search", "Find a word in a project, in any of its forms, with its context."),
    "history": ("ui.cli.project", "Show who changed what in a project, when and why."),
    "undo": ("ui.cli.project", "Take back your last change in a project, or any one of them."),
    "redo": ("ui.cli.project", "Do again what was undone."),
    "backup": ("ui.cli.project", "Copy a project, while it may be in use."),
    "erase": ("ui.cli.erase", "Delete articles from a project for good."),
    "stats": ("ui.cli.project", "Show what a project holds and how far each document is."),
    "clean": ("ui.cli.clean", "Drop the bad pairs of a corpus, and say which and why."),
    "news": (
        "ui.cli.news",
        "Our own Turkish–English news corpus: its figures, or its pairs to use.",
    ),
    "serve": ("ui.cli.serve", "Serve the workbench and the HTTP API."),
    "models": ("ui.cli.models", "List, pull, choose, inspect, remove, train and adapt models."),
}


class _Commands(click.Group):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name + "_" * iskeyword(cmd_name))
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; that the reader of a pipe has had enough (`| head`) is no fault, as click takes it to be."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Nothing may be flushed into it any more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="dragoman", prog_name="dragoman")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.pass_context
def dragoman(ctx: click.Context, debug: bool) -> None:
    """Turn Turkish news into English: translate, align sentences and quotes, review, export."""
    ctx.obj = {"debug": debug}


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process: exit code 0 done, 1 a fault (one line says which), 2 wrong usage."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    try:
        code: Any = dragoman.main(arguments, prog_name="dragoman", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("dragoman: stopped", err=True)
        return 1
    except DragomanError as error:
        if debug:
            raise
        click.echo(f"dragoman: {error}", err=True)
        return 1
    except click.ClickException as error:
        click.echo(f"dragoman: {error.format_message()}", err=True)
        return 1
    except OSError as error:
        if debug:
            raise
        where = f" {error.filename}" if error.filename else ""
        click.echo(f"dragoman: {error.strerror or error}{where}", err=True)
        return 1
    return code if isinstance(code, int) else 0
