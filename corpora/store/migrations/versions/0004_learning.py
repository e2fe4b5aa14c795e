"""What a repaired translation was made of, and which terms are names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, empty."""
    for table, column in (("segments", "repair"), ("hypotheses", "repair"), ("terms", "kind")):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
