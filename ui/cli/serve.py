"""``dragoman serve``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpora.errors import InputError
from corpora.writing import write_whole
from ui.cli.progress import note

if TYPE_CHECKING:
    from ui.api import Limits
    from ui.web.people import People


@dataclass(frozen=True, slots=True)
class _Served:
    """What is served, and where."""

    project: str
    model: str
    host: str
    port: int
    auth: Path | None
    page: bool
    mcp: bool


@click.command()
@click.option(
    "--project",
    default="project.dragoman",
    show_default=True,
    metavar="DB",
    help="Project to serve: a file, or a postgresql:// address.",
)
@click.option(
    "--model", default="", metavar="M", help="Model to translate with. Default: the one in use."
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535), metavar="P")
@click.option(
    "--auth",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The people and keys that may come in. Default: those in DRAGOMAN_AUTH.",
)
@click.option("--page/--no-page", default=True, help="Serve the workbench too, or the API alone.")
@click.option("--mcp", is_flag=True, help="Offer the functions as MCP tools too, under /mcp.")
@click.option(
    "--max-characters",
    type=click.IntRange(1),
    default=50_000,
    show_default=True,
    help="Of the texts of one request.",
)
@click.option(
    "--max-upload",
    type=click.IntRange(1, 1024),
    default=16,
    show_default=True,
    metavar="MB",
    help="Size of one request.",
)
@click.option(
    "--max-requests",
    type=click.IntRange(1, 1024),
    default=64,
    show_default=True,
    help="At work at a time.",
)
@click.option(
    "--rate",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Requests a minute of one client; 0 for any number.",
)
@click.option("--add-person", metavar="NAME", help="Ask for a password, write it to --auth, end.")
@click.option(
    "--add-key", metavar="NAME", help="Make a key for a program, write it to --auth, end."
)
@click.option(
    "--role",
    type=click.Choice(["reader", "reviewer", "admin"]),
    default="reviewer",
    show_default=True,
    help="What the person or the program may do.",
)
def serve(
    project: str,
    model: str,
    host: str,
    port: int,
    auth: Path | None,
    page: bool,
    mcp: bool,
    max_characters: int,
    max_upload: int,
    max_requests: int,
    rate: int,
    add_person: str | None,
    add_key: str | None,
    role: str,
) -> None:
    """Serve the workbench and the HTTP API, which LibreTranslate's clients can use.

    The API is described under /docs. Others than this machine reach it only where --auth or DRAGOMAN_AUTH says who
    may come in.
    """
    if add_person or add_key:
        if auth is None or (add_person and add_key):
            raise click.UsageError("--add-person or --add-key needs the file to write: --auth FILE")
        _add(auth, add_person or str(add_key), role, key=bool(add_key))
        return
    from ui.api import Limits

    limits = Limits(max_characters, max_upload * 2**20, rate, max_requests)
    _serve(_Served(project, model, host, port, auth, page, mcp), limits)


def _add(auth: Path, name: str, role: str, *, key: bool) -> None:
    """Add a person or a program to the file; a person who is there gets the new password and role."""
    from ui.web.people import is_name, key_hash, new_key, password_hash

    if not is_name(name):
        raise InputError(f"{name!r} is no name to log in with: it may have no colon")
    try:
        lines = auth.read_text("utf-8").splitlines() if auth.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {auth}: {error}") from error
    if key:
        made = new_key()
        secret = key_hash(made)
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        if len(password) < 8:
            raise InputError("a password needs eight characters or more")
        secret = password_hash(password)
    kept = [line for line in lines if line.partition(":")[0].strip() != name]
    write_whole(auth, (f"{line}\n" for line in [*kept, f"{name}:{role}:{secret}"]))
    auth.chmod(0o600)
    if key:
        print(made)
        note(f"the key of {name} is shown this once; send it as: Authorization: Bearer KEY")
    else:
        note(f"{name} may come in as {role}")


def _serve(served: _Served, limits: Limits) -> None:
    import socket

    import uvicorn

    from corpora.store import Project
    from ui.web.auth import check_binding
    from ui.web.desk import Desk
    from ui.web.people import read_people

    people = read_people(served.auth, os.environ)
    check_binding(served.host, people)
    with Project.open(served.project) as project:
        desk = Desk(project, model=served.model)
        app = _application(desk, served, limits, people)
        family = socket.AF_INET6 if ":" in served.host else socket.AF_INET
        with socket.create_server((served.host, served.port), family=family) as listener:
            name = f"[{served.host}]" if ":" in served.host else served.host
            desk.warm()
            note(
                f"serving {project.place} at http://{name}:{listener.getsockname()[1]}/ (Ctrl+C ends it; the API is under /docs)"
            )
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
            server.run(sockets=[listener])


def _application(desk: Any, served: _Served, limits: Limits, people: People | None) -> Any:
    """API, tools and workbench behind their guard."""
    from fastapi import FastAPI

    from mt.models import home
    from ui.api import build_api
    from ui.web.auth import guard

    app = FastAPI(title="Dragoman", docs_url=None, redoc_url=None, openapi_url=None)
    build_api(app, desk, limits)
    if served.mcp:
        from ui.api.mcp import mount

        mount(app, desk)
    if served.page:
        from ui.web.app import workbench

        workbench(desk, app=app)
    return guard(app, served.host, people, home())
