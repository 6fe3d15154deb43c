"""What geo-offers keeps of what others publish: a copy of every stock position."""

from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_events.mirror.mirror import mirror_of

HANDLERS = (mirror_of(StockLevelChanged),)
