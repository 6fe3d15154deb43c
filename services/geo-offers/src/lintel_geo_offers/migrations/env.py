"""Alembic's way in."""

from lintel_chassis.db.migrate import run
from lintel_geo_offers.tables import metadata

run(metadata)
