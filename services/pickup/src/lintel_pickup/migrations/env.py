"""Alembic's way in."""

from lintel_chassis.db.migrate import run
from lintel_pickup.pickups import tables as _pickups  # noqa: F401 - declares them
from lintel_pickup.policies import tables as _policies  # noqa: F401 - declares them
from lintel_pickup.slots import tables as _slots  # noqa: F401 - declares them
from lintel_pickup.tables import metadata

run(metadata)
