"""The probability that a proposal is right, and what speaks against it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Two columns beside score and flags; of what is there nobody knows."""
    for table in ("segments", "hypotheses"):
        op.add_column(table, sa.Column("confidence", sa.Float(), nullable=True))
        op.add_column(table, sa.Column("reasons", sa.JSON(), nullable=True))
