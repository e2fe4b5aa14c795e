"""``dragoman history``, ``undo``, ``redo``, ``backup`` and ``stats``: what was done in a project, and keeping it safe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.options import emit, output_options, project_option
from ui.cli.progress import note

if TYPE_CHECKING:
    from corpora.store.values import DocumentSummary, Event, Stats


def person_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that adds ``--person``; the command is called with ``person: str``."""
    return click.option(
        "--person",
        default="",
        envvar="DRAGOMAN_PERSON",
        show_envvar=True,
        metavar="NAME",
        help="Whose changes. Default: the name of your account.",
    )(command)


@click.command()
@click.argument("document", required=False)
@project_option
@click.option("--segment", metavar="ID", help="Only what happened to this segment of DOCUMENT.")
@click.option("--person", metavar="NAME", help="Only what this person did.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    metavar="N",
    help="At most the latest N.",
)
@output_options({"table": (), "json": (".json",), "tsv": (".tsv",)}, "table")
def history(
    document: str | None,
    project: str,
    segment: str | None,
    person: str | None,
    limit: int,
    output: Path | None,
    to: str,
) -> None:
    """Show who changed what, when and why, the latest first: in a project, or in DOCUMENT.

    The number of a change is what `dragoman undo` and `redo` take.
    """
    from corpora.store import Project

    if segment and not document:
        raise click.UsageError("--segment needs the DOCUMENT that it is in")
    with Project.open(project, create=False) as opened:
        events = opened.history(document, segment, person=person, limit=limit)
    emit(_RENDER[to](events), output)
    if not events:
        note("dragoman: nothing has happened here")


@click.command()
@click.argument("change", type=int, required=False)
@project_option
@person_option
def undo(change: int | None, project: str, person: str) -> None:
    """Take back your last change, or the CHANGE of that number, alone.

    What somebody else has built on since is not undone. Undone changes stay in the history; `dragoman redo` does them again.
    """
    from corpora.store import Project

    with Project.open(project, person=person, create=False) as opened:
        emit(_table([opened.undo(change)]), None)


@click.command()
@click.argument("change", type=int, required=False)
@project_option
@person_option
def redo(change: int | None, project: str, person: str) -> None:
    """Do again what you undid last, or the undone CHANGE of that number."""
    from corpora.store import Project

    with Project.open(project, person=person, create=False) as opened:
        emit(_table([opened.redo(change)]), None)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@project_option
def backup(file: Path | None, project: str) -> None:
    """Copy a project, while it may be in use, to FILE; else into a folder beside it, where the latest ten are kept.

    The copy is a project like any other. To put it back while nobody has the project open: `dragoman backup PROJECT --project
    COPY`.
    """
    from corpora.store import Project

    with Project.open(project, create=False) as opened:
        emit([f"{opened.backup(file)}\n"], None)


@click.command()
@project_option
@click.option("--check", is_flag=True, help="Look for damage first; exit code 1 if there is any.")
@output_options({"table": (), "json": (".json",)}, "table")
def stats(project: str, check: bool, output: Path | None, to: str) -> int:
    """Show what a project holds, how far each document is, and who did how much."""
    from corpora.store import Project

    with Project.open(project, create=False) as opened:
        faults = opened.check() if check else []
        counted, documents = opened.stats(), opened.documents()
    if to == "json":
        listed = [asdict(d) | {"added": d.added.isoformat()} for d in documents]
        data = {"version": 1, **asdict(counted), "documents": listed}
        emit([json.dumps(data, ensure_ascii=False, indent=2) + "\n"], output)
    else:
        emit(_statistics(counted, documents), output)
    for fault in faults:
        note(f"dragoman: {fault}")
    return 1 if faults else 0


def _table(events: Iterable[Event]) -> Iterator[str]:
    for e in events:
        where = " ".join(filter(None, (e.document, e.segment)))
        state = " (undone)" if e.undone else ""
        yield (
            f"{e.id}  {e.when.astimezone():%Y-%m-%d %H:%M}  {e.person}  {e.kind}{state}  {where}".rstrip()
            + "\n"
        )
        for sign, text in (("-", e.before), ("+", e.after), ("because", e.why)):
            if text:
                yield f"    {sign} {' '.join(text.split())}\n"


def _json(events: Iterable[Event]) -> Iterator[str]:
    rows = [asdict(e) | {"when": e.when.isoformat()} for e in events]
    yield json.dumps({"version": 1, "events": rows}, ensure_ascii=False, indent=2) + "\n"


def _tsv(events: Iterable[Event]) -> Iterator[str]:
    names = (
        "id",
        "when",
        "person",
        "kind",
        "document",
        "segment",
        "before",
        "after",
        "why",
        "undone",
    )
    yield "\t".join(names) + "\n"
    for e in events:
        row = asdict(e) | {"when": e.when.isoformat()}
        yield "\t".join(" ".join(str(row[name]).split()) for name in names) + "\n"


_RENDER = {"table": _table, "json": _json, "tsv": _tsv}


def _statistics(counted: Stats, documents: Iterable[DocumentSummary]) -> Iterator[str]:
    for name in ("documents", "segments", "alignments", "beads", "quotes", "terms"):
        yield f"{name}\t{getattr(counted, name)}\n"
    for status, number in sorted(counted.status.items()):
        yield f"{status}\t{number}\n"
    for person, number in sorted(counted.people.items()):
        yield f"by {person}\t{number}\n"
    for d in documents:
        done = d.status.get("approved", 0) + d.status.get("locked", 0)
        yield f"{d.id}\t{done} of {d.segments} approved\n"
