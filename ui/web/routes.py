"""What the page asks of the server: an address for each thing that a reviewer does, JSON in and out.

Everything that changes something is a POST with a JSON body and the header that says who asks: no other site's page can
send that, so none can act in a reviewer's name.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from corpora.bitext import Status
from corpora.errors import CannotUndo, Conflict, DragomanError, InputError
from corpora.folding import fold
from corpora.store import Filter, Project
from corpora.store.values import DocumentSummary, SegmentView
from ui.web.desk import Desk

UNFINISHED: tuple[Status, ...] = ("new", "machine", "edited")
MAX_TEXT = 50_000  # characters of one translation, comment or search

Text = Annotated[str, Field(max_length=MAX_TEXT)]
Json = dict[str, Any]


class Named(BaseModel):
    """A document."""

    document: str


def person(request: Request) -> str:
    """Who asks: whoever is logged in, or else the name she gives herself, or else the account that runs the program."""
    known = request.scope.get("person")
    if known:
        return str(known)
    given = unquote(request.headers.get("dragoman-person", "")).strip()[:60]
    return given or str(request.app.state.desk.project.person)


def role(request: Request) -> str:
    """ "reader", "reviewer" or "admin"; without a login everybody may do everything."""
    return str(request.scope.get("role") or "admin")


def writer(request: Request) -> None:
    """Refuse what only looks like the page's own request, and readers."""
    if "dragoman-person" not in request.headers:
        raise HTTPException(403, "this address is for the workbench's own page")
    if role(request) == "reader":
        raise HTTPException(403, "you may read here, not write; ask for the role of a reviewer")
    # A page that outlived its login must not write in the name of whoever has logged in since.
    known, named = request.scope.get("person"), unquote(request.headers["dragoman-person"])
    if known and named not in ("", known):
        raise HTTPException(409, f"{known} has logged in here meanwhile; load the page again")


def admin(request: Request) -> None:
    """Refuse whoever may not remove documents."""
    if role(request) != "admin":
        raise HTTPException(403, "only an administrator may do that")


def the_desk(request: Request) -> Desk:
    """The desk of this server."""
    desk: Desk = request.app.state.desk
    return desk


def the_project(request: Request) -> Project:
    """The project in the hands of whoever asks."""
    return the_desk(request).project.by(person(request))


OnDesk = Annotated[Desk, Depends(the_desk)]
Mine = Annotated[Project, Depends(the_project)]
reading = APIRouter(prefix="/web")
writing = APIRouter(prefix="/web", dependencies=[Depends(writer)])


def install(app: FastAPI) -> None:
    """Add the routes, and the answers to errors."""
    from ui.web import alignment_routes, quote_routes, repeat_routes, segment_routes

    for part in (alignment_routes, quote_routes, repeat_routes, segment_routes):
        app.include_router(part.reading)
        app.include_router(part.writing)
    app.include_router(reading)
    app.include_router(writing)
    app.add_exception_handler(DragomanError, _refused)
    app.add_exception_handler(HTTPException, _forbidden)


def _refused(_: Request, error: Exception) -> JSONResponse:
    body: Json = {"error": str(error)}
    if isinstance(error, Conflict):
        body |= {"mine": error.mine, "theirs": asdict(error.theirs)}
    return _json(body, 409 if isinstance(error, Conflict | CannotUndo) else 400)


def _forbidden(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
    return _json({"error": error.detail}, error.status_code)


def _json(body: Json, status: int) -> JSONResponse:
    from fastapi.encoders import jsonable_encoder

    return JSONResponse(jsonable_encoder(body), status)


# -- documents


@reading.get("/start")
def start(request: Request, project: Mine) -> Json:
    """What the page needs to know first; ``documents`` are all there are, ``open`` the one that was asked for."""
    return {
        "documents": [d.id for d in project.documents()],
        "person": person(request),
        "login": request.scope.get("person") or "",
        "role": role(request),
        "open": request.app.state.first,
    }


@reading.get("/documents")
def documents(project: Mine) -> Json:
    """Every document and how far it is."""
    return {"documents": [_summary(d) for d in project.documents()]}


@reading.get("/outline")
def outline(
    request: Request,
    project: Mine,
    document: str,
    set: Literal["", "review", "flagged", "quotes", "approved"] = "",  # noqa: A002 - the page's word
    speaker: str = "",
    text: Annotated[str, Field(max_length=MAX_TEXT)] = "",
    order: Literal["", "unsure"] = "",
) -> Json:
    """The ids of a document's segments that a filter lets through, and how much room each needs.

    ``text`` is looked for in both languages, whatever its case: İ and I find ı and i. They come in the order of the
    text, or those that the machine is least sure of first.
    """
    found = _document(project, document)
    everything = project.segments(document)
    shown = [s for s in everything if _passes(s, set, speaker)]
    if text:
        wanted = fold(text)
        shown = [s for s in shown if wanted in fold(s.source) or wanted in fold(s.target)]
    if order:
        shown.sort(key=_sureness)
    counts: dict[str, int] = {}
    for s in everything:
        counts[s.status] = counts.get(s.status, 0) + 1
    return {
        "document": _summary(found) | {"writable": role(request) != "reader"},
        "ids": [s.id for s in shown],
        "sizes": [max(len(s.source), len(s.target)) for s in shown],
        "counts": counts,
        "speakers": sorted({s.speaker for s in everything if s.speaker}),
        "since": max((s.version for s in everything), default=0),
    }


def _passes(s: SegmentView, chosen: str, speaker: str) -> bool:
    if speaker and s.speaker != speaker:
        return False
    if chosen == "review":
        return s.status in UNFINISHED
    if chosen == "flagged":
        return bool(s.flags)
    if chosen == "quotes":
        return bool(s.quote)
    return not chosen or s.status == chosen


def _sureness(s: SegmentView) -> float:
    """The confidence, or what the model's own score says; what is a person's, or nobody's, comes last."""
    return s.confidence if s.confidence is not None else s.score if s.score is not None else 2.0


@reading.get("/segments")
def segments(
    project: Mine,
    document: str,
    first: str = "",
    last: str = "",
    id: Annotated[list[str], Query(max_length=200)] = [],  # noqa: A002, B006 - the page's word; FastAPI copies it
) -> Json:
    """The segments from one to another, both included, or those of these ids."""
    if id:
        return {"segments": [asdict(project.segment(document, key)) for key in id]}
    start, end = (project.segment(document, key).position for key in (first, last))
    page = project.segments(document, start=start, limit=min(end - start + 1, 5000))
    return {"segments": [asdict(s) for s in page]}


@reading.get("/next")
def next_(
    project: Mine, document: str, after: str = "", what: Literal["review", "flagged"] = "review"
) -> Json:
    """The next segment that wants attention, from the start again after the end."""
    if what == "review":
        where = Filter(status=UNFINISHED)
    else:
        where = Filter(status=UNFINISHED, flagged=True)
    found = project.segments(document, where=where)
    at = project.segment(document, after).position if after else -1
    later = [s for s in found if s.position > at] or [s for s in found if s.position < at]
    return {"segment": later[0].id if later else ""}


@reading.get("/changes")
def changes(project: Mine, desk: OnDesk, document: str, since: int) -> Json:
    """What is different in a document since ``since``, and how far its translation is."""
    job = desk.job(document)
    found = project.segments(document, where=Filter(newer_than=since))
    return {
        "segments": [asdict(s) for s in found],
        "since": max((s.version for s in found), default=since),
        "total": sum(_document(project, document).status.values()),
        "job": job and {"done": job.done, "total": job.total, "error": job.error},
    }


@writing.post("/translate")
def translate(desk: OnDesk, asked: Named) -> Json:
    """Translate what has no translation yet."""
    job = desk.translate(asked.document)
    return {"total": job.total}


@writing.post("/cancel")
def cancel(desk: OnDesk, asked: Named) -> Json:
    """Stop a translation; what is done is kept."""
    desk.cancel(asked.document)
    return {}


@writing.post("/remove", dependencies=[Depends(admin)])
def remove(project: Mine, desk: OnDesk, asked: Named) -> Json:
    """Take a document out of the project; undo brings it back."""
    desk.cancel(asked.document)
    project.remove(asked.document)
    return {}


@reading.get("/export")
def export(
    project: Mine,
    format: str,  # noqa: A002 - the page's word
    documents: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    status: Annotated[list[str], Query()] = [],  # noqa: B006
    speaker: str = "",
    quotes: bool = False,
    flagged: bool = False,
) -> StreamingResponse:
    """Pairs in a corpus format, or an article in a format for readers, as a download."""
    from ui.web import exporting

    where = exporting.chosen(documents, status, speaker, quotes=quotes, flagged=flagged)
    made = exporting.export(project, format, where)
    # The first piece is made now: a fault in the making is an answer with a reason, and no broken file.
    first = next(made.pieces, b"")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in made.name)
    return StreamingResponse(
        chain([first], made.pieces),
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _document(project: Project, name: str) -> DocumentSummary:
    found = next((d for d in project.documents() if d.id == name), None)
    if found is None:
        raise InputError(f"there is no document {name!r} in this project any more; choose another")
    return found


def _summary(d: DocumentSummary) -> Json:
    return asdict(d) | {"counts": d.status}
