"""Alembic's way in."""

from lintel_chassis.db.migrate import run
from lintel_geo_offers.stores import tables as _stores  # noqa: F401 - declares them
from lintel_geo_offers.tables import metadata

run(metadata)
