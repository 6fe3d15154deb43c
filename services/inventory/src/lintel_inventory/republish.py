"""Stock positions published again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_

from lintel_chassis.db.statements import compiled
from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.position import StockKey
from lintel_inventory.ledger.rows import save_position
from lintel_inventory.ledger.store import open_books
from lintel_inventory.ledger.tables import stock_positions

# No lock: positions are never deleted, and who makes one publishes it.
_KEYS = compiled(
    select(stock_positions.c.store_code, stock_positions.c.sku)
    .where(
        tuple_(stock_positions.c.store_code, stock_positions.c.sku) > tuple_(bindparam("store_code"), bindparam("sku"))
    )
    .order_by(stock_positions.c.store_code, stock_positions.c.sku)
    .limit(bindparam("at_most"))
)


async def _keys(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    store_code, sku = _stock_key(after)
    rows = await unit.fetch(*_KEYS(store_code=store_code, sku=sku, at_most=at_most))
    return [f"{row['store_code']}|{row['sku']}" for row in rows]


async def _announce(unit: UnitOfWork, keys: Sequence[str], _at: datetime) -> int:
    """As of the database's clock under the locks, like every level."""
    books = await open_books(unit, LockSet(promised=set(map(_stock_key, keys))))
    raised = [replace(position, sequence=position.sequence + 1) for position in books.positions.values()]
    for position in raised:
        save_position(unit, position, books.at)
        unit.publish(position.level(books.at), sequence=position.sequence)
    return len(raised)


def _stock_key(key: str) -> StockKey:
    """No code holds the sign between them."""
    store_code, _, sku = key.partition("|")
    return store_code, sku


STOCK = State("inventory", _keys, _announce)
