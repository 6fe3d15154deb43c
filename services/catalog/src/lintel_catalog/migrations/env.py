"""Alembic's way in."""

from lintel_catalog.tables import metadata
from lintel_chassis.db.migrate import run

run(metadata)
