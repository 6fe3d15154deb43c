"""What ops keep back of a position."""

from dataclasses import replace

from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.position import Position, StockKey
from lintel_inventory.ledger.store import open_ledger


async def set_safety_stock(unit: UnitOfWork, key: StockKey, safety_stock: int) -> Position:
    """Keep that much of a product back in a store. What is promised stays promised."""
    ledger = await open_ledger(unit, LockSet(moved={key}))
    ledger.books.put(replace(ledger.books.position(key), safety_stock=safety_stock))
    ledger.save(())
    await ledger.close()
    return ledger.books.position(key)
