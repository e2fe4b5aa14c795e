"""What the store hands out and takes in: frozen values, without a trace of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from corpora.bitext import Flag, Status
from corpora.document import BlockKind

Side = Literal["source", "target"]
Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation proposed for a segment.

    ``origin`` says what made it ("machine", "memory", or "repaired": a memory's translation made to fit), ``model`` which
    model or memory. ``score`` is from 0 to 1: of a model the exponential of its mean log-probability, of a memory the
    match. ``repair`` says to people what was changed of what was remembered. ``when`` is set by the store.
    ``confidence`` is the probability that a reviewer leaves it as it is, where the model is calibrated; ``reasons`` speak
    against that.
    """

    text: str
    model: str = ""
    score: float | None = None
    flags: Sequence[Flag] = ()
    origin: str = "machine"
    when: datetime | None = None
    confidence: float | None = None
    reasons: Sequence[Flag] = ()
    repair: str = ""


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment as a reviewer sees it: a row of the table, at one moment.

    ``position`` counts from 0 in the document, ``block`` is the index of its block. ``version`` is handed back with
    an edit and tells the store what the editor had before them. ``confidence`` and ``reasons`` are those of the proposal
    that is the translation; a person's text has none. ``hypotheses`` and ``comments`` are counts. ``quote``
    is the kind of the first quote that runs through it and ``speaker`` whose ("" for none). ``repair`` is as in
    Hypothesis.
    """

    document: str
    id: str
    position: int
    block: int
    kind: BlockKind
    source: str
    target: str
    status: Status
    version: int
    origin: str = ""
    model: str = ""
    score: float | None = None
    confidence: float | None = None
    reasons: tuple[Flag, ...] = ()
    flags: tuple[Flag, ...] = ()
    editor: str = ""
    created: datetime | None = None
    changed: datetime | None = None
    hypotheses: int = 0
    comments: int = 0
    quote: str = ""
    speaker: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A translation to be saved; ``version`` is the segment's that the person had before them."""

    document: str
    segment: str
    target: str
    version: int
    status: Status | None = None
    flags: Sequence[Flag] = ()


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text; ``segments`` counts all of them and ``status`` those of each status."""

    id: str
    title: str
    lang: str
    target_lang: str
    source: str
    added: datetime
    segments: int
    status: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which segments or pairs; every condition that is set must hold.

    ``text`` is looked for in both sides (exactly as typed), ``flagged`` and ``commented`` are yes, no, or None for
    both; ``changed_since`` is in UTC; ``newer_than`` lets through what has a higher version.
    """

    documents: Sequence[str] = ()
    status: Sequence[Status] = ()
    min_score: float | None = None
    max_score: float | None = None
    flagged: bool | None = None
    commented: bool | None = None
    quotes_only: bool = False
    speaker: str = ""
    text: str = ""
    model: str = ""
    editor: str = ""
    changed_since: datetime | None = None
    newer_than: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a segment."""

    id: int
    document: str
    segment: str
    person: str
    when: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Typing that was not saved: ``version`` is the segment's when the typing began."""

    document: str
    segment: str
    text: str
    version: int
    when: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One change: who did what, when and why; ``before`` and ``after`` are for people to read.

    ``kind`` is "add", "remove", "import", "machine", "edit", "status", "split", "merge", "comment"…; ``undone`` says that it
    was taken back.
    """

    id: int
    when: datetime
    person: str
    kind: str
    document: str = ""
    segment: str = ""
    before: str = ""
    after: str = ""
    why: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class BeadView:
    """Sentences of two documents that translate each other; either side may be empty.

    ``source`` and ``target`` are positions in the two documents (so the view can be handed to the aligner as an anchor),
    ``source_ids`` and ``target_ids`` the ids of these segments, ``source_text`` and ``target_text`` what stands there.
    ``status`` is "machine", "edited", "approved" (an anchor, kept by every later alignment) or "rejected".
    """

    id: int
    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float
    status: Status
    source_ids: tuple[str, ...]
    target_ids: tuple[str, ...]
    source_text: str
    target_text: str
    editor: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class AlignmentSummary:
    """Two aligned documents and how many beads there are, of each status."""

    id: int
    source: str
    target: str
    added: datetime
    beads: int
    status: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote of a document, or of its translation where ``side`` is "target"; fields as in `alignment.quotes.Quote`."""

    id: int
    document: str
    side: Side
    kind: str
    speaker: str | None
    cue: str
    spans: tuple[Span, ...]
    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class QuotePairView:
    """A statement on both sides; a side is None where the other text does not have it."""

    id: int
    source: QuoteView | None
    target: QuoteView | None
    score: float
    status: Status


@dataclass(frozen=True, slots=True)
class Result:
    """An evaluation: which model on which test set, the metrics' signature, and the scores by metric."""

    model: str
    test: str
    signature: str
    scores: Mapping[str, float]
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How much hangs on documents that are to be erased; each field is named like its table."""

    documents: int
    segments: int
    hypotheses: int
    comments: int
    drafts: int
    quotes: int
    alignments: int


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is in a project, and who did how much of it."""

    documents: int
    segments: int
    status: Mapping[Status, int]
    alignments: int
    beads: int
    quotes: int
    terms: int
    people: Mapping[str, int] = field(default_factory=dict)


class BeadLike(Protocol):
    """What an aligner says, such as `alignment.sentences.Bead`: sentence positions on both sides and a score."""

    @property
    def source(self) -> Sequence[int]: ...  # noqa: D102 - as in BeadView
    @property
    def target(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102


class QuoteLike(Protocol):
    """What a quote finder says, such as `alignment.quotes.Quote`."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - as in QuoteView
    @property
    def speaker(self) -> str | None: ...  # noqa: D102
    @property
    def cue(self) -> str: ...  # noqa: D102
    @property
    def spans(self) -> Sequence[Span]: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


class QuotePairLike(Protocol):
    """What a quote pairer says, such as `alignment.quotes.pairing.QuotePair`."""

    @property
    def source(self) -> QuoteLike | None: ...  # noqa: D102 - as in QuotePairView
    @property
    def target(self) -> QuoteLike | None: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102
