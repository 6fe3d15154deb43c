"""Parked keys and their records."""

from alembic import op

from lintel_events.migrations import create_parking

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_parking(op)
