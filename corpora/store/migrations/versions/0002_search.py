"""An index over the words of both sides, for `corpora.concordance`."""

from __future__ import annotations

from alembic import op

from corpora.store.search import POSTGRESQL, SQLITE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index, take in what is there, and on SQLite keep it true by triggers."""
    statements = POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE
    for statement in statements:
        op.execute(statement)
