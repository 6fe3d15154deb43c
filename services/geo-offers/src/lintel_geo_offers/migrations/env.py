"""Alembic's way in."""

from lintel_chassis.migrations import run
from lintel_geo_offers.tables import metadata

run(metadata)
