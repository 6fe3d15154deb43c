"""The first schema."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    op.execute("CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)")
