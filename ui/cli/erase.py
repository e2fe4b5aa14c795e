"""``dragoman erase``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ui.cli.options import project_option
from ui.cli.progress import note

if TYPE_CHECKING:
    from corpora.store import Project
    from corpora.store.values import Extent

_CALLED = {"hypotheses": "proposals", "drafts": "unsaved drafts"}


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@project_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(documents: tuple[str, ...], project: str, yes: bool) -> None:
    """Delete DOCUMENTs from a project for good: text, translations, quotes, memory and history.

    It cannot be undone. A project in a file is copied first; delete the copies that still hold the DOCUMENTs when nothing
    else is missed from them. The glossary stays, and so do the documents that these were aligned with.
    """
    from corpora.store import Project

    with Project.open(project, create=False) as opened:
        names = list(dict.fromkeys(documents))
        note(f"{', '.join(names)}: {_shown(opened.extent(names))}")
        if not yes:
            click.confirm("Erase this for good?", abort=True, err=True)
        kept = _backup(opened)
        gone = opened.erase(names)
    note(f"erased: {_shown(gone)}; nothing of it is in the project, its memory or its history")
    for line in kept:
        note(line)


def _shown(extent: Extent) -> str:
    counts = {_CALLED.get(name, name): number for name, number in asdict(extent).items()}
    shown = [
        f"{number:,} {name if number != 1 else name.removesuffix('s')}"
        for name, number in counts.items()
        if number
    ]
    return ", ".join(shown)


def _backup(project: Project) -> list[str]:
    """Copy the project; returns what to say of the copies afterwards."""
    if "://" in project.place:
        return ["dumps of the database that were made before still hold it"]
    made = project.backup()
    older = len(list(made.parent.glob(f"*{made.suffix}"))) - 1
    beside = f", and {older} older beside it may hold it too" if older else ""
    return [f"the copy from before is {made}{beside}"]
