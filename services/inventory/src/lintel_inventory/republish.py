"""Stock positions told again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.facts import Needs
from lintel_inventory.domain.position import Place
from lintel_inventory.repository import open_books
from lintel_inventory.saving import save_positions

# No lock: positions are never deleted, and who makes one tells of it.
_PLACES = """
SELECT store_code, sku FROM stock_positions WHERE (store_code, sku) > ($1, $2) ORDER BY store_code, sku LIMIT $3
"""


async def _keys(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    return [f"{row['store_code']}|{row['sku']}" for row in await unit.fetch(_PLACES, *_place(after), at_most)]


async def _announce(unit: UnitOfWork, keys: Sequence[str], _at: datetime) -> int:
    """As of the database's clock under the locks, like every level."""
    books = await open_books(unit, Needs(promised=set(map(_place, keys))))
    raised = [replace(position, sequence=position.sequence + 1) for position in books.positions.values()]
    save_positions(unit, raised, books.at)
    for position in raised:
        unit.publish(position.level(books.at), sequence=position.sequence)
    return len(raised)


def _place(key: str) -> Place:
    """No code holds the sign between them."""
    store_code, _, sku = key.partition("|")
    return store_code, sku


STOCK = State("inventory", _keys, _announce)
