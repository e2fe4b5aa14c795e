"""What the alignment view asks: two texts paired by the machine, and every way of mending what it paired."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from alignment.sentences import Bead
from corpora.bitext import Status
from corpora.errors import InputError
from corpora.store import Project
from corpora.store.values import AlignmentSummary
from ui.web.routes import Json, Mine, OnDesk, writer

reading = APIRouter(prefix="/web")
writing = APIRouter(prefix="/web/bead", dependencies=[Depends(writer)])


class Texts(BaseModel):
    """Two documents, in two languages."""

    source: str
    target: str


class Aligned(BaseModel):
    """An alignment."""

    alignment: int


class Some(Aligned):
    """Beads of an alignment."""

    ids: list[int]


class Judged(Some):
    """What a person says of beads: "approved" makes them anchors."""

    status: Status


class Cut(Aligned):
    """Before which sentence of either side a bead is cut."""

    bead: int
    source_at: int
    target_at: int


class Move(Aligned):
    """A sentence that goes into another bead."""

    bead: int
    side: Literal["source", "target"]
    segment: str


class Linked(Aligned):
    """Sentences that belong together, wherever they stand."""

    source: list[str]
    target: list[str]


@reading.get("/alignments")
def alignments(project: Mine) -> Json:
    """Every alignment of the project."""
    return {"alignments": [asdict(a) for a in project.alignments()]}


@reading.get("/beads")
def beads(project: Mine, alignment: int) -> Json:
    """The beads of an alignment with the sentences of both sides, in order."""
    summary = _summary(project, alignment)
    views = project.beads(alignment)
    sides: dict[str, Any] = {}
    for side in ("source", "target"):
        name = getattr(summary, side)
        document = project.document(name)
        texts = zip(document.segments(), document.sentences(), strict=True)
        sides[side] = {
            "document": name,
            "title": document.title,
            "lang": document.lang,
            "sentences": [[segment.id, text] for (_, segment), text in texts],
        }
    rows = [
        {"id": b.id, "source": b.source, "target": b.target, "score": b.score, "status": b.status}
        for b in views
    ]
    return {**sides, "beads": rows}


def _summary(project: Project, alignment: int) -> AlignmentSummary:
    found = next((a for a in project.alignments() if a.id == alignment), None)
    if found is None:
        raise InputError("this alignment is gone: somebody has removed it; align the texts again")
    return found


@writing.post("/align")
def align(project: Mine, desk: OnDesk, asked: Texts) -> Json:
    """Align two documents of the project; returns the alignment's id."""
    from alignment.documents import check
    from alignment.sentences import align as align_

    source, target = project.document(asked.source), project.document(asked.target)
    check(source, target)
    made = align_(
        source.sentences(), target.sentences(), encoder=desk.encoder, source_lang=source.lang, target_lang=target.lang
    )  # fmt: skip
    return {"alignment": project.add_alignment(source, target, made)}


@writing.post("/rerun")
def rerun(project: Mine, desk: OnDesk, asked: Aligned) -> Json:
    """Align again around the beads that a person has confirmed; returns how many there were."""
    from alignment.sentences import align as align_

    summary = _summary(project, asked.alignment)
    source, target = project.document(summary.source), project.document(summary.target)
    anchors = [Bead(a.source, a.target, 1.0) for a in project.anchors(asked.alignment)]
    made = align_(
        source.sentences(), target.sentences(), encoder=desk.encoder, source_lang=source.lang, target_lang=target.lang,
        anchors=_monotonic(anchors),
    )  # fmt: skip
    project.realign(asked.alignment, made)
    return {"anchors": len(anchors)}


def _monotonic(anchors: list[Bead]) -> list[Bead]:
    """The anchors that the aligner can keep: runs of sentences in order. What crosses stays as the person linked it."""
    kept: list[Bead] = []
    ends = (-1, -1)
    for a in sorted(anchors, key=lambda a: (a.source, a.target)):
        if any(side and side[-1] - side[0] + 1 != len(side) for side in (a.source, a.target)):
            continue
        if a.source and a.target:
            if a.source[0] <= ends[0] or a.target[0] <= ends[1]:
                continue
            ends = (a.source[-1], a.target[-1])
        kept.append(a)
    return kept


@writing.post("/merge")
def merge(project: Mine, asked: Some) -> Json:
    """Make one bead of several."""
    project.merge_beads(asked.alignment, asked.ids)
    return {}


@writing.post("/split")
def split(project: Mine, asked: Cut) -> Json:
    """Make two beads of one."""
    project.split_bead(asked.alignment, asked.bead, asked.source_at, asked.target_at)
    return {}


@writing.post("/move")
def move(project: Mine, asked: Move) -> Json:
    """Put a sentence into another bead."""
    project.move_sentence(asked.alignment, asked.side, asked.segment, asked.bead)
    return {}


@writing.post("/link")
def link(project: Mine, asked: Linked) -> Json:
    """Make one bead of these sentences, crossing others if need be."""
    project.link(asked.alignment, asked.source, asked.target)
    return {}


@writing.post("/status")
def status(project: Mine, asked: Judged) -> Json:
    """Confirm beads as anchors, reject them, or take either back."""
    project.set_bead_status(asked.alignment, asked.ids, asked.status)
    return {}
