"""Alembic's way in."""

from lintel_chassis.migrations import run
from lintel_orders.tables import metadata

run(metadata)
