"""What the page asks about corrections that apply elsewhere, and about the glossary that grows from them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from corpora.bitext import Status
from corpora.errors import InputError
from corpora.glossary import Term, TermKind, TermStatus
from corpora.store.values import Edit
from ui.repeating import offers, shown
from ui.web.routes import Json, Mine, OnDesk, Text, writer
from ui.web.segment_routes import Place

reading = APIRouter(prefix="/web")
writing = APIRouter(prefix="/web", dependencies=[Depends(writer)])


class Corrected(Place):
    """A segment that was corrected, and what it said before."""

    before: Text


class Repeated(Place):
    """What a segment is to say, and the version of it that was shown."""

    target: Text
    version: int
    status: Status | None = None


class Repeats(BaseModel):
    """The segments to which a correction is to be applied, in one step."""

    edits: Annotated[list[Repeated], Field(min_length=1, max_length=5000)]


class Entry(BaseModel):
    """A term of the glossary."""

    source: Annotated[str, Field(max_length=300)]
    target: Annotated[str, Field(max_length=300)]
    status: TermStatus = "preferred"
    note: Annotated[str, Field(max_length=2000)] = ""
    kind: TermKind = ""


class Revised(BaseModel):
    """A term in the place of another; either may be missing."""

    old: Entry | None = None
    new: Entry | None = None


@writing.post("/like")
def like(project: Mine, desk: OnDesk, asked: Corrected) -> Json:
    """Where else the correction applies."""
    view = project.segment(asked.document, asked.segment)
    return {"offers": shown(offers(project, view, asked.before, desk.link))}


@writing.post("/repeat")
def repeat(project: Mine, asked: Repeats) -> Json:
    """Apply it there, as one change; what somebody else has changed meanwhile is left out."""
    from mt import quality

    edits = []
    for one in asked.edits:
        source = project.segment(one.document, one.segment).source
        flags = quality.check(source, one.target)
        edits.append(Edit(one.document, one.segment, one.target, one.version, one.status, flags))
    done = project.edit_all(edits)
    return {"segments": [asdict(view) for view in done], "left": len(edits) - len(done)}


@reading.get("/terms")
def terms(project: Mine) -> Json:
    """The glossary."""
    return {"terms": [asdict(t) for t in project.terms()]}


@writing.post("/term")
def term(project: Mine, asked: Revised) -> Json:
    """Add a term, change it or take it out."""
    old, new = (Term(**e.model_dump()) if e else None for e in (asked.old, asked.new))
    if new and not (new.source.strip() and new.target.strip()):
        raise InputError("a term needs a word in both languages")
    project.revise_term(old, new)
    return terms(project)
