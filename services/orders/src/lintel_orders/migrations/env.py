"""Alembic's way in."""

from lintel_chassis.db.migrate import run
from lintel_orders.tables import metadata

run(metadata)
