"""Alembic's way in."""

from lintel_chassis.migrations import run
from lintel_pickup.tables import metadata

run(metadata)
