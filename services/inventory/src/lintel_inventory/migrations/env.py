from lintel_chassis.db.migrate import run
from lintel_inventory.ledger import tables as _ledger  # noqa: F401 - declares them
from lintel_inventory.tables import metadata

run(metadata)
