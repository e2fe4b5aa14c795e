"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table; a project begins with its clock at 0."""
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("lang", sa.Text(), nullable=False, server_default=""),
        sa.Column("target_lang", sa.Text(), nullable=False, server_default=""),
        sa.Column("title", sa.Text(), nullable=False, server_default=""),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("fingerprint", sa.Text(), nullable=False, server_default=""),
        sa.Column("added", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index(
        "uq_documents_name",
        "documents",
        ["name"],
        unique=True,
        sqlite_where=sa.text("NOT removed"),
        postgresql_where=sa.text("NOT removed"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tick", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False, server_default=""),
        sa.Column("person", sa.Text(), nullable=False, server_default=""),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("document", sa.Text(), nullable=False, server_default=""),
        sa.Column("segment", sa.Text(), nullable=False, server_default=""),
        sa.Column("before", sa.Text(), nullable=False, server_default=""),
        sa.Column("after", sa.Text(), nullable=False, server_default=""),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_document", "events", ["document", "segment", "id"])
    op.create_index("ix_events_person", "events", ["person", "id"])
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False, server_default=""),
        sa.Column("model", sa.Text(), nullable=False, server_default=""),
        sa.Column("test", sa.Text(), nullable=False, server_default=""),
        sa.Column("signature", sa.Text(), nullable=False, server_default=""),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("target", sa.Text(), nullable=False, server_default=""),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("source_lang", sa.Text(), nullable=False, server_default=""),
        sa.Column("target_lang", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_terms"),
    )
    op.create_table(
        "alignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["documents.id"], name="fk_alignments_source"),
        sa.ForeignKeyConstraint(["target"], ["documents.id"], name="fk_alignments_target"),
        sa.PrimaryKeyConstraint("id", name="pk_alignments"),
    )
    op.create_index("ix_alignments_source", "alignments", ["source"])
    op.create_index("ix_alignments_target", "alignments", ["target"])
    op.create_table(
        "blocks",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("tail", sa.Text(), nullable=False, server_default=""),
        sa.Column("inlines", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_blocks_document"),
        sa.PrimaryKeyConstraint("document", "number", name="pk_blocks"),
    )
    op.create_table(
        "changes",
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_changes_event"),
        sa.PrimaryKeyConstraint("event", "number", name="pk_changes"),
    )
    op.create_index("ix_changes_row", "changes", ["tab", "row"])
    op.create_table(
        "quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False, server_default=""),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("cue", sa.Text(), nullable=False, server_default=""),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_quotes_document"),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )
    op.create_index("ix_quotes_document", "quotes", ["document"])
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, server_default=""),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Text(), nullable=False, server_default=""),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("target", sa.Text(), nullable=False, server_default=""),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("model", sa.Text(), nullable=False, server_default=""),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=True),
        sa.Column("editor", sa.Text(), nullable=False, server_default=""),
        sa.Column("created", sa.Text(), nullable=False, server_default=""),
        sa.Column("changed", sa.Text(), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_segments_document"),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
        sa.UniqueConstraint("document", "key", name="uq_segments_document_key"),
    )
    op.create_index("ix_segments_order", "segments", ["document", "block", "start"])
    op.create_index("ix_segments_version", "segments", ["version"])
    op.create_table(
        "beads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alignment", sa.Integer(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("editor", sa.Text(), nullable=False, server_default=""),
        sa.Column("changed", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["alignment"], ["alignments.id"], name="fk_beads_alignment"),
        sa.PrimaryKeyConstraint("id", name="pk_beads"),
    )
    op.create_index("ix_beads_alignment", "beads", ["alignment"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, server_default=""),
        sa.Column("made", sa.Text(), nullable=False, server_default=""),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["segment"], ["segments.id"], name="fk_comments_segment"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_segment", "comments", ["segment"])
    op.create_table(
        "drafts",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["segment"], ["segments.id"], name="fk_drafts_segment"),
        sa.PrimaryKeyConstraint("person", "segment", name="pk_drafts"),
    )
    op.create_table(
        "hypotheses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("model", sa.Text(), nullable=False, server_default=""),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("made", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["segment"], ["segments.id"], name="fk_hypotheses_segment"),
        sa.PrimaryKeyConstraint("id", name="pk_hypotheses"),
    )
    op.create_index("ix_hypotheses_segment", "hypotheses", ["segment"])
    op.create_table(
        "quote_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["quotes.id"], name="fk_quote_pairs_source"),
        sa.ForeignKeyConstraint(["target"], ["quotes.id"], name="fk_quote_pairs_target"),
        sa.PrimaryKeyConstraint("id", name="pk_quote_pairs"),
    )
    op.create_index("ix_quote_pairs_source", "quote_pairs", ["source"])
    op.create_index("ix_quote_pairs_target", "quote_pairs", ["target"])
    op.create_table(
        "quote_spans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_quote_spans_document"),
        sa.ForeignKeyConstraint(["quote"], ["quotes.id"], name="fk_quote_spans_quote"),
        sa.PrimaryKeyConstraint("id", name="pk_quote_spans"),
    )
    op.create_index("ix_quote_spans_place", "quote_spans", ["document", "block"])
    op.create_index("ix_quote_spans_quote", "quote_spans", ["quote"])
    op.execute("INSERT INTO project (id, clock) VALUES (1, 0)")
