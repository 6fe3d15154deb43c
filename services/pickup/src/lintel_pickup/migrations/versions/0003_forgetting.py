"""Pickups are found by their owner, who may be forgotten."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("CREATE INDEX pickups_owner ON pickups (owner) WHERE owner IS NOT NULL")
    op.execute("COMMENT ON COLUMN pickups.owner IS 'pseudonym; null once forgotten'")
