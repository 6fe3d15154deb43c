"""Alembic's way in."""

from lintel_catalog.tables import metadata
from lintel_chassis.migrations import run

run(metadata)
