"""The API's own addresses: align two texts, find quotes, read the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import PurePath
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from corpora.bitext import Status
from corpora.formats import FORMATS
from corpora.store import Filter, Project
from ui.api import functions
from ui.api.functions import Json
from ui.api.limits import Gated
from ui.web.desk import Desk
from ui.web.routes import the_desk

MAX_ROWS = 1000
PAIR_FORMATS = tuple(name for name, made in FORMATS.items() if made.writer)

OnDesk = Annotated[Desk, Depends(the_desk)]
texts = APIRouter(tags=["alignment"], route_class=Gated)
projects = APIRouter(tags=["project"], prefix="/projects")


class Texts(BaseModel):
    """A Turkish text and its English translation."""

    source: str
    target: str
    quotes: bool = True
    words: bool = False


class Article(BaseModel):
    """An article; its language is told from the text where ``lang`` is empty."""

    text: str
    lang: Literal["", "tr", "en"] = ""


@texts.post("/align")
async def align(request: Request, desk: OnDesk, given: Texts) -> Json:
    """Pair sentences, and where asked for quotes and words: the JSON of `dragoman align`."""
    request.app.state.gate.check(given.source, given.target)

    def run() -> Json:
        return functions.align(
            desk, given.source, given.target, quotes=given.quotes, words=given.words
        )

    return await to_thread.run_sync(run, limiter=request.app.state.heavy)


@texts.post("/quotes")
async def quotes(request: Request, given: Article) -> Json:
    """Find quotes and who is speaking: the JSON of `dragoman quotes`."""
    request.app.state.gate.check(given.text)
    return await to_thread.run_sync(
        functions.quotes, given.text, given.lang, limiter=request.app.state.heavy
    )


def opened(desk: OnDesk, project: str) -> Project:
    """The project of that name. Raises 404."""
    if project != name_of(desk.project):
        raise HTTPException(404, f"there is no project {project!r} here")
    return desk.project


def name_of(project: Project) -> str:
    """What the project is called: its file's name without the folders, and a database's without the password."""
    return PurePath(project.place.partition("?")[0]).stem


Opened = Annotated[Project, Depends(opened)]


@projects.get("")
def list_projects(desk: OnDesk) -> Json:
    """The projects that this server has open."""
    return {"projects": [{"name": name_of(desk.project), **asdict(desk.project.stats())}]}


@projects.get("/{project}/documents")
def documents(project: Opened) -> Json:
    """Every document and how far it is."""
    return {"documents": [asdict(d) for d in project.documents()]}


@projects.get("/{project}/segments")
def segments(
    project: Opened,
    document: str,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
    status: Annotated[list[Status], Query()] = [],  # noqa: B006 - FastAPI copies it
    flagged: bool | None = None,
) -> Json:
    """Segments of a document, in order: source, translation, status, score, flags."""
    where = Filter(status=status, flagged=flagged)
    found = project.segments(document, start=start, limit=limit, where=where)
    return {"segments": [asdict(s) for s in found]}


@projects.get("/{project}/search")
def search(
    desk: OnDesk, project: Opened, q: str, limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 20
) -> Json:
    """Where a word or phrase stands, in any form and on either side."""
    assert project is desk.project  # noqa: S101 - there is one
    return functions.search(desk, q, limit)


@projects.get("/{project}/pairs", response_class=StreamingResponse)
def pairs(
    project: Opened,
    to: Annotated[str, Query(description=f"One of {', '.join(PAIR_FORMATS)}.")] = "jsonl",
    document: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    status: Annotated[list[Status], Query()] = [],  # noqa: B006
    quotes_only: bool = False,
) -> StreamingResponse:
    """The translation units as a stream in one of the corpus formats."""
    if to not in PAIR_FORMATS:
        raise HTTPException(400, f"there is no format {to!r}; there are {', '.join(PAIR_FORMATS)}")
    where = Filter(documents=document, status=status, quotes_only=quotes_only)
    chunks: Iterator[bytes] = FORMATS[to].write(project.pairs(where))
    return StreamingResponse(
        chunks,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="pairs.{to}"'},
    )
