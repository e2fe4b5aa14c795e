"""``dragoman search``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ui.cli.options import emit, output_options, project_option
from ui.cli.progress import note

STATUS = ("new", "machine", "edited", "approved", "rejected", "locked")
TABLE_ROWS = 50


@click.command()
@click.argument("term")
@project_option
@click.option(
    "--side",
    type=click.Choice(["source", "target", "both"]),
    default="both",
    show_default=True,
    help="Where to look.",
)
@click.option("--exact", is_flag=True, help="Only the form given, not all forms of the word.")
@click.option(
    "--status",
    multiple=True,
    type=click.Choice(STATUS),
    help="Only segments of this status (may be repeated).",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help=f"At most N hits. Default: {TABLE_ROWS} in a table, else all.",
)
@output_options({"table": (), "json": (".json",), "tsv": (".tsv",)}, "table")
def search(
    term: str,
    project: str,
    side: str,
    exact: bool,
    status: tuple[str, ...],
    limit: int | None,
    output: Path | None,
    to: str,
) -> None:
    """Find TERM in a project, in any of its forms, with the segments before and after.

    TERM is a Turkish or English word, or several in this order: müzakere finds müzakerelerin, and İ, ı and capitals
    make no difference.
    """
    from corpora.concordance import search as find
    from corpora.store import Filter, Project
    from ui.search_rendering import render

    shown = limit or (TABLE_ROWS if to == "table" else None)
    with Project.open(project, create=False) as opened:
        where = Filter(status=status) if status else None  # type: ignore[arg-type]  # click has checked them
        # One more than is shown tells whether there are more.
        found = find(
            opened,
            term,
            side=side,  # type: ignore[arg-type]
            exact=exact,
            where=where,
            limit=shown and shown + 1,
        )
        hits = list(found)
    emit(render(hits[:shown], to, color=not output and sys.stdout.isatty()), output)
    if not hits:
        note(f"dragoman: {term} stands nowhere in this project")
    elif shown and len(hits) > shown:
        note(f"dragoman: these are the first {shown}; --limit N shows more, --to tsv all")
