"""The tables of a project. `migrations` makes them; a test holds the two together.

Nothing that a person made is ever deleted: a row that is gone is ``removed``, and undoing brings it back. Times are ISO 8601
in UTC, which sort as text and read the same in every database.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def clean(text: str) -> str:
    """The text with what no database keeps (NUL, halves of surrogate pairs) replaced, so that its length stays."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


class Words(TypeDecorator[str]):
    """Text of any kind, cleaned on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Clean the text."""
        return None if value is None else clean(value)


def _text(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


def _removed() -> Column[bool]:
    return Column("removed", Boolean, nullable=False, server_default=false())


def _to(name: str, target: str, *, index: bool = True, optional: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=optional, index=index)


# One row. The clock ticks with every change: it orders them, and makes the versions of segments.
project = Table(
    "project",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("clock", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("name"),
    _text("lang"),
    _text("target_lang"),
    _text("title"),
    _text("source"),
    _text("fingerprint"),
    _text("added"),
    _removed(),
    # A removed document gives its name free.
    Index(
        "uq_documents_name",
        "name",
        unique=True,
        sqlite_where=text("NOT removed"),
        postgresql_where=text("NOT removed"),
    ),
)

# A block's text is its segments, each with the gap before it, and the tail.
blocks = Table(
    "blocks",
    metadata,
    Column("document", Integer, ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _text("kind"),
    _text("tail"),
    Column("inlines", JSON(none_as_null=True)),
)

segments = Table(
    "segments",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("document", "documents", index=False),
    _text("key"),
    Column("block", Integer, nullable=False),
    # Characters into the block: with the block it is the order, so a split need not renumber what follows.
    Column("start", Integer, nullable=False),
    _text("gap"),
    _text("source"),
    _text("target"),
    _text("status"),
    _text("origin"),
    _text("model"),
    Column("score", Float),
    Column("confidence", Float),
    Column("flags", JSON(none_as_null=True)),
    Column("reasons", JSON(none_as_null=True)),
    _text("editor"),
    _text("created"),
    _text("changed"),
    _text("repair"),
    Column("version", Integer, nullable=False, index=True),
    _removed(),
    UniqueConstraint("document", "key"),
    Index("ix_segments_order", "document", "block", "start"),
)

hypotheses = Table(
    "hypotheses",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("segment", "segments"),
    _text("text"),
    _text("model"),
    Column("score", Float),
    Column("confidence", Float),
    Column("flags", JSON(none_as_null=True)),
    Column("reasons", JSON(none_as_null=True)),
    _text("origin"),
    _text("made"),
    _text("repair"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("segment", "segments"),
    _text("person"),
    _text("made"),
    _text("text"),
    _removed(),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person", Words, primary_key=True),
    Column("segment", Integer, ForeignKey("segments.id"), primary_key=True),
    _text("text"),
    Column("version", Integer, nullable=False),
    _text("made"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    # The clock when it was done, undone or done again, whichever was last.
    Column("tick", Integer, nullable=False),
    _text("made"),
    _text("person"),
    _text("kind"),
    _text("document"),
    _text("segment"),
    _text("before"),
    _text("after"),
    _text("why"),
    Column("undone", Boolean, nullable=False, server_default=false()),
    Index("ix_events_person", "person", "id"),
    Index("ix_events_document", "document", "segment", "id"),
)

# The columns of a row that an event changed, as they were and as they are.
changes = Table(
    "changes",
    metadata,
    Column("event", Integer, ForeignKey("events.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tab", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    # The row came or went: what hangs on it came or went with it.
    Column("whole", Boolean, nullable=False),
    Index("ix_changes_row", "tab", "row"),
)

alignments = Table(
    "alignments",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("source", "documents"),
    _to("target", "documents"),
    _text("added"),
    _removed(),
)

# Both sides hold ids of segments. Which sentences a bead holds changes only when one of them is split or merged; beads that a
# person regroups are removed and new ones made, so an id that is gone tells that somebody was faster.
beads = Table(
    "beads",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("alignment", "alignments"),
    Column("source", JSON, nullable=False),
    Column("target", JSON, nullable=False),
    Column("score", Float),
    _text("status"),
    _text("editor"),
    _text("changed"),
    _removed(),
)

quotes = Table(
    "quotes",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("document", "documents"),
    _text("side"),
    _text("kind"),
    Column("speaker", Words),
    _text("cue"),
    _text("text"),
    _text("status"),
    _removed(),
)

quote_spans = Table(
    "quote_spans",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("quote", "quotes"),
    _to("document", "documents", index=False),
    Column("block", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _removed(),
    Index("ix_quote_spans_place", "document", "block"),
)

quote_pairs = Table(
    "quote_pairs",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("source", "quotes", optional=True),
    _to("target", "quotes", optional=True),
    Column("score", Float, nullable=False),
    _text("status"),
    _removed(),
)

terms = Table(
    "terms",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("source"),
    _text("target"),
    _text("status"),
    _text("note"),
    _text("source_lang"),
    _text("target_lang"),
    _text("kind"),
    _removed(),
)

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("made"),
    _text("model"),
    _text("test"),
    _text("signature"),
    Column("scores", JSON, nullable=False),
)
