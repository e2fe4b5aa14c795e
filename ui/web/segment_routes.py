"""What the page asks about one segment: its text, its drafts, what is known of it, and what helps with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from corpora.bitext import Status
from corpora.store.values import Event
from ui.repeating import learned
from ui.web.routes import MAX_TEXT, Json, Mine, OnDesk, Text, writer

reading = APIRouter(prefix="/web")
writing = APIRouter(prefix="/web", dependencies=[Depends(writer)])


class Place(BaseModel):
    """A segment of a document."""

    document: str
    segment: str


class Edit(Place):
    """A translation to save; ``version`` is the segment's when she began."""

    target: Text
    version: int
    status: Status | None = None
    why: Text = ""


class Cut(Place):
    """Where to split a segment, in characters of its source and of its target."""

    source_at: int
    target_at: int
    version: int


class Judged(Place):
    """What a person says of a segment without another text: "locked" keeps everybody from changing it."""

    status: Status
    version: int


class Joint(Place):
    """A segment to be merged with the one after it."""

    version: int


class Typing(Place):
    """What is typed and not saved."""

    text: Text
    version: int


class Remark(Place):
    """A comment."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class Draft(BaseModel):
    """A sentence and how its translation begins."""

    source: Text
    typed: Text


class Look(Place):
    """A translation as it stands in the editor."""

    target: Text


@writing.post("/edit")
def edit(project: Mine, desk: OnDesk, asked: Edit) -> Json:
    """Save a translation, with a status or as an edit; a name that it renders otherwise goes into the glossary with it."""
    from mt import quality

    before = project.segment(asked.document, asked.segment)
    flags = quality.check(before.source, asked.target)
    text = before.target if asked.status == "rejected" else asked.target
    new, old = learned(project, before, text, desk.link)
    done = project.edit(
        asked.document, asked.segment, asked.target, version=asked.version, status=asked.status, why=asked.why,
        flags=flags, learned=new, forgotten=old,
    )  # fmt: skip
    return {"segment": asdict(done), "learned": [f"{t.source} → {t.target}" for t in new]}


@writing.post("/status")
def status(project: Mine, asked: Judged) -> Json:
    """Lock a segment, unlock it, or judge it without another text."""
    done = project.set_status(asked.document, asked.segment, asked.status, version=asked.version)
    return {"segment": asdict(done)}


@writing.post("/split")
def split(project: Mine, asked: Cut) -> Json:
    """Cut a segment in two."""
    first, _ = project.split(
        asked.document, asked.segment, asked.source_at, asked.target_at, version=asked.version
    )
    return {"segment": asdict(first)}


@writing.post("/merge")
def merge(project: Mine, asked: Joint) -> Json:
    """Join a segment with the next one."""
    return {"segment": asdict(project.merge(asked.document, asked.segment, version=asked.version))}


@writing.post("/undo")
def undo(project: Mine) -> Json:
    """Take back this person's last change."""
    return {"event": _event(project.undo())}


@writing.post("/redo")
def redo(project: Mine) -> Json:
    """Do it again."""
    return {"event": _event(project.redo())}


@reading.get("/drafts")
def drafts(project: Mine, document: str) -> Json:
    """This person's unsaved typing."""
    return {"drafts": [asdict(d) for d in project.drafts(document)]}


@writing.post("/draft")
def draft(project: Mine, asked: Typing) -> Json:
    """Keep what is being typed."""
    project.draft(asked.document, asked.segment, asked.text, asked.version)
    return {}


@writing.post("/comment")
def comment(project: Mine, asked: Remark) -> Json:
    """Add a remark."""
    project.comment(asked.document, asked.segment, asked.text)
    return {"segment": asdict(project.segment(asked.document, asked.segment))}


@reading.get("/detail")
def detail(project: Mine, desk: OnDesk, document: str, segment: str) -> Json:
    """What is known about a segment: proposals, memory matches, terms, comments, history."""
    view = project.segment(document, segment)
    return {
        "hypotheses": [
            {"text": h.text, "score": h.score, "who": h.model, "kind": h.origin}
            for h in project.hypotheses(document, segment)
        ],
        "matches": desk.matches(view),
        "terms": desk.terms(view),
        "comments": [asdict(c) for c in project.comments(document, segment)],
        "history": [_event(e) for e in project.history(document, segment)],
    }


@reading.get("/alternatives")
def alternatives(project: Mine, desk: OnDesk, document: str, segment: str) -> Json:
    """Other wordings, best first."""
    view = project.segment(document, segment)
    found = desk.translator.alternatives(view.source, 4)
    return {"alternatives": [{"text": a.target, "who": desk.translator.model} for a in found]}


@writing.post("/look")
def look(project: Mine, desk: OnDesk, asked: Look) -> Json:
    """What the checks say about a text, how its words are linked, and what the machine had made of the sentence."""
    from alignment.words import link, tokenize
    from mt import quality

    view = project.segment(asked.document, asked.segment)
    machine = next(
        (
            h.text
            for h in project.hypotheses(asked.document, asked.segment)
            if h.origin == "machine"
        ),
        "",
    )
    flags = view.flags if asked.target == view.target else quality.check(view.source, asked.target)
    return {
        "flags": [{"code": f.code, "message": f.message} for f in flags],
        "machine": machine,
        "source": [(t.start, t.end) for t in tokenize(view.source)],
        "target": [(t.start, t.end) for t in tokenize(asked.target)],
        "links": link(view.source, asked.target, desk.encoder) if asked.target.strip() else [],
    }


@writing.post("/complete")
def complete(desk: OnDesk, asked: Draft) -> Json:
    """How the model would go on from what is typed; "" where it has nothing to say."""
    found = desk.translator.complete(asked.source, asked.typed)
    return {"full": found[0] if found else ""}


def _event(event: Event) -> Json:
    return asdict(event)
