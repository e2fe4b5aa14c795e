"""What the quotes view asks: statements with their speakers, across both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from corpora.bitext import Status
from corpora.formats.tabular import cell
from ui.web import statements
from ui.web.routes import Json, Mine, Named, OnDesk, writer

reading = APIRouter(prefix="/web")
writing = APIRouter(prefix="/web/quote", dependencies=[Depends(writer)])
Name = Annotated[str, Field(max_length=200)]
# A cell that a spreadsheet would run.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Found(Named):
    """A document, and the one to look at beside it ("" for its own translation)."""

    report: str = ""


class Changed(Named):
    """What is different about a quote; ``seen`` is the text that the person had before them."""

    quote: int
    seen: str
    speaker: Name | None = None
    kind: Literal["direct", "partial", "headline", "indirect"] | None = None
    start: int | None = None
    end: int | None = None


class Paired(BaseModel):
    """Two quotes; None for a side that the other text does not have."""

    source: int | None
    target: int | None


class Judged(BaseModel):
    """What a person says of a pair."""

    pair: int
    status: Status


class Renamed(Named):
    """A speaker's other name."""

    old: Name
    new: Annotated[str, Field(min_length=1, max_length=200)]


class Wording(Named):
    """An original wording for a quote of the translation."""

    quote: int
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Gone(Named):
    """A quote that is none."""

    quote: int


@reading.get("/quotes")
def quotes(project: Mine, desk: OnDesk, document: str) -> Json:
    """The statements of a document with both sides, warnings and context."""
    return statements.shown_pairs(project, document, desk.encoder)


@reading.get("/originals")
def originals(project: Mine, desk: OnDesk, document: str, report: str) -> Json:
    """What an English report has that may be the quotes' original wording."""
    return statements.proposals(project, document, report, desk.encoder)


@reading.get("/quotes.tsv")
def table(project: Mine, document: str) -> StreamingResponse:
    """The quotes as a table."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in document)
    return StreamingResponse(
        _lines(project, document),
        media_type="text/tab-separated-values; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}-quotes.tsv"'},
    )


def _lines(project: Any, document: str) -> Iterator[str]:
    yield "speaker\tkind\tcue\tsource\ttarget\ttarget_speaker\tscore\tstatus\n"
    for p in project.quote_pairs(document):
        one = p.source or p.target
        cells = [
            one.speaker or "",
            one.kind,
            one.cue,
            p.source.text if p.source else "",
            p.target.text if p.target else "",
            (p.target.speaker or "") if p.target else "",
        ]
        safe = [f"'{c}" if c.startswith(FORMULA) else c for c in map(cell, cells)]
        yield "\t".join([*safe, f"{p.score:.2f}", p.status]) + "\n"


@writing.post("/find")
def find(project: Mine, desk: OnDesk, asked: Found) -> Json:
    """Find and pair the quotes; what a person has changed stays."""
    return {"pairs": statements.find_quotes(project, asked.document, desk.encoder, asked.report)}


@writing.post("/change")
def change(project: Mine, asked: Changed) -> Json:
    """Another speaker, kind or extent."""
    given = asked.model_dump(exclude={"document", "quote", "seen"}, exclude_none=True)
    if "speaker" in given:
        given["speaker"] = given["speaker"].strip() or None
    statements.change(project, asked.document, asked.quote, given, asked.seen)
    return {}


@writing.post("/pair")
def pair(project: Mine, asked: Paired) -> Json:
    """Pair two quotes, or let one stand alone."""
    return {"pair": project.pair_quotes(asked.source, asked.target)}


@writing.post("/status")
def status(project: Mine, asked: Judged) -> Json:
    """Confirm a pair or take that back."""
    project.set_pair_status(asked.pair, asked.status)
    return {}


@writing.post("/remove")
def remove(project: Mine, asked: Gone) -> Json:
    """Take away what is no quote."""
    project.remove_quote(statements.quote_of(project, asked.document, asked.quote))
    return {}


@writing.post("/rename")
def rename(project: Mine, asked: Renamed) -> Json:
    """Give a speaker another name in the whole document: a name that is there already makes the two one."""
    return {"quotes": project.rename_speaker([asked.document], asked.old, asked.new.strip())}


@writing.post("/wording")
def wording(project: Mine, desk: OnDesk, asked: Wording) -> Json:
    """Put an original wording into the translation, and find the quotes anew where it now stands."""
    home = statements.take_wording(project, asked.document, asked.quote, asked.text)
    statements.find_quotes(project, asked.document, desk.encoder)
    return {"segment": home}
