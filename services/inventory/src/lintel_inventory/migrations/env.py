"""Alembic's entry."""

from lintel_chassis.db.migrate import run
from lintel_inventory.tables import metadata

run(metadata)
