"""Progress bars for people: on standard error, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told ``(done, total)``."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def phases() -> Iterator[Callable[[str, int, int], None]]:
    """A bar that is told ``(what, done, total)``, of work in several stretches; a line for each stretch elsewhere."""
    now = ""
    with bar("") as progress:

        def told(what: str, done: int, total: int) -> None:
            nonlocal now
            if what != now:
                now = what
                note(what)
            progress(done, total)

        yield told


def note(text: str) -> None:
    """A line for the person at the terminal, beside the data on standard output."""
    print(text, file=sys.stderr)


@contextmanager
def status() -> Iterator[Callable[[str], None]]:
    """A line that says what goes on now, for work that cannot be counted."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield shown.update
