"""Sales that a level has seen already, of a time that the tables do not know."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from lintel_contracts.orders_sales import SaleRecorded
from lintel_inventory.ledger.domain.movement import Movement
from lintel_inventory.ledger.domain.position import Position, StockKey
from lintel_inventory.ledger.history import LevelHistory
from lintel_inventory.movements.reactions import movement_of, moving


def movements_seen(
    levels: LevelHistory,
    sales: Iterable[tuple[SaleRecorded, datetime]],
    positions: Mapping[StockKey, Position],
    at: datetime,
) -> list[Movement]:
    """Sales, with when each was published, that the last level of their product had seen: all that came before it.

    A sale that moved anything was followed by a level at once. The others will be read, and booked, again.
    """
    found = []
    for sale, published_at in sales:
        for line in moving(sale):
            level = levels.newer_level(positions[sale.store_code, line.sku])
            if level is not None and published_at <= level.as_of:
                found.append(movement_of(sale, line, at))
    return found
