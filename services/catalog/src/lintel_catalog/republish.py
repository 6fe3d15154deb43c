"""Products and prices told again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lintel_catalog import repository, rows
from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork

# No lock: products are never deleted, and who makes one tells of it.
_SKUS = "SELECT sku FROM products WHERE sku > $1 ORDER BY sku LIMIT $2"


async def _skus(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    return [row["sku"] for row in await unit.fetch(_SKUS, after, at_most)]


async def _announce_products(unit: UnitOfWork, skus: Sequence[str], _at: datetime) -> int:
    loaded = await repository.load(unit, skus)
    sequences = {sku: entry.sequence + 1 for sku, entry in loaded.now.items()}
    rows.write_sequences(unit, sequences)
    for sku, entry in loaded.now.items():
        unit.publish(entry.product.changed(), sequence=sequences[sku])
    return len(sequences)


async def _announce_prices(unit: UnitOfWork, skus: Sequence[str], at: datetime) -> int:
    loaded = await repository.load(unit, skus)
    sequences = {sku: entry.price_sequence + 1 for sku, entry in loaded.now.items()}
    rows.write_price_sequences(unit, sequences)
    for sku, entry in loaded.now.items():
        repository.announce_prices(unit, replace(entry, price_sequence=sequences[sku]), loaded.lists, at)
    return len(sequences)


PRODUCTS = State("catalog", _skus, _announce_products)
PRICES = State("catalog", _skus, _announce_prices)
