"""``dragoman review``."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.progress import note

if TYPE_CHECKING:
    from ui.web.desk import Desk


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option(
    "--project", default="project.dragoman", show_default=True, metavar="DB",
    help="Project to work on: a file, or a postgresql:// address.",
)  # fmt: skip
@click.option(
    "--model", default="", metavar="M", help="Model to translate with. Default: the one in use."
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H")
@click.option(
    "--port",
    default=7860,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="P",
    help="0 for any that is free.",
)
@click.option(
    "--auth",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The people who may come in; see `dragoman serve --add-person`. Default: those in DRAGOMAN_AUTH.",
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
def review(
    inputs: tuple[str, ...],
    project: str,
    model: str,
    host: str,
    port: int,
    auth: Path | None,
    browser: bool,
) -> None:
    """Open the browser workbench.

    INPUT is a file, a folder or an http(s) address; each is put into the project and translated while the page is open.
    Without INPUT the project is opened as it is. Others than this machine reach it only where --auth or DRAGOMAN_AUTH
    says who may come in.
    """
    from corpora.store import Project
    from mt.models import home
    from ui.web.app import workbench
    from ui.web.auth import guard
    from ui.web.desk import Desk
    from ui.web.people import read_people

    people = read_people(auth, os.environ)
    with Project.open(project) as opened:
        desk = Desk(opened, model=model)
        app = workbench(desk, first=_add(desk, inputs))
        _serve(guard(app, host, people, home()), desk, host, port, browser)


def _add(desk: Desk, inputs: tuple[str, ...]) -> str:
    """Put the inputs into the project; returns the id of the first."""
    from corpora.reading import find_inputs, is_address, read
    from ui.web.incoming import in_its_language

    first = ""
    for given in inputs:
        for source in [given] if is_address(given) else find_inputs([given]):
            document = in_its_language(read(source))
            name = desk.add(document, desk.project.person)
            first = first or name
    return first


def _serve(app: Any, desk: Desk, host: str, port: int, browser: bool) -> None:
    import socket

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listener.getsockname()[1]}/"
        desk.warm()
        note(
            f"the workbench is open at {address} (Ctrl+C ends it; everything is kept in {desk.project.place})"
        )
        if browser:
            webbrowser.open(address)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
