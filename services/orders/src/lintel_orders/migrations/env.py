from lintel_chassis.db.migrate import run
from lintel_orders.customers import tables as _customers  # noqa: F401 - declares them
from lintel_orders.orders import tables as _orders  # noqa: F401 - declares them
from lintel_orders.sales import tables as _sales  # noqa: F401 - declares them
from lintel_orders.tables import metadata

run(metadata)
