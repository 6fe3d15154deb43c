"""Alembic's way in."""

from lintel_chassis.db.migrate import run
from lintel_pickup.tables import metadata

run(metadata)
