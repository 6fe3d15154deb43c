"""Products and prices published again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select

from lintel_catalog.entries.rows import save_sequences
from lintel_catalog.entries.store import open_entries
from lintel_catalog.entries.tables import products
from lintel_chassis.db.statements import compiled
from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork

# No lock: products are never deleted, and who makes one publishes it.
_SKUS = compiled(
    select(products.c.sku)
    .where(products.c.sku > bindparam("after"))
    .order_by(products.c.sku)
    .limit(bindparam("at_most"))
)


async def _skus(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    return [row["sku"] for row in await unit.fetch(*_SKUS(after=after, at_most=at_most))]


async def _announce_products(unit: UnitOfWork, skus: Sequence[str], _at: datetime) -> int:
    opened = await open_entries(unit, skus)
    for found in opened.now.values():
        entry = replace(found, sequence=found.sequence + 1)
        save_sequences(unit, entry)
        unit.publish(entry.product.changed(), sequence=entry.sequence)
    return len(opened.now)


async def _announce_prices(unit: UnitOfWork, skus: Sequence[str], at: datetime) -> int:
    opened = await open_entries(unit, skus)
    for found in opened.now.values():
        entry = replace(found, price_sequence=found.price_sequence + 1)
        save_sequences(unit, entry)
        unit.publish(entry.prices_changed(opened.lists, at), sequence=entry.price_sequence)
    return len(opened.now)


PRODUCTS = State("catalog", _skus, _announce_products)
PRICES = State("catalog", _skus, _announce_prices)
