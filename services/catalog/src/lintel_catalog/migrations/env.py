from lintel_catalog.entries import tables as _entries  # noqa: F401 - declares them
from lintel_catalog.tables import metadata
from lintel_chassis.db.migrate import run

run(metadata)
