"""Alembic's entry."""

from lintel_chassis.migrations import run
from lintel_inventory.tables import metadata

run(metadata)
