"""Rows of price lists, and which of their prices are still announced under a list's older rules."""

from collections.abc import Mapping, Sequence

from lintel_catalog.domain.price import PriceList
from lintel_catalog.repository import list_of
from lintel_catalog.rows import write_price_sequences
from lintel_events.outbox.unit_of_work import UnitOfWork

# One row; who writes a price on the list holds it shared.
_LOCK = """
SELECT code, currency, channels, store_codes, prices_include_tax, version FROM price_lists WHERE code = $1 FOR UPDATE
"""
_HAS_PRICES = "SELECT EXISTS (SELECT FROM prices WHERE price_list = $1)"
# A new row: a second one of the code fails on the key.
_INSERT = """
INSERT INTO price_lists (code, currency, channels, store_codes, prices_include_tax, version)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# The row is locked already.
_UPDATE = """
UPDATE price_lists SET currency = $2, channels = $3, store_codes = $4, prices_include_tax = $5, version = $6 + 1
WHERE code = $1
"""
# No lock: what changes meanwhile announces itself.
_UNANNOUNCED = """
SELECT DISTINCT p.sku FROM price_lists l JOIN prices p ON p.price_list = l.code AND p.list_version < l.version
WHERE l.code = ANY($1::text[]) ORDER BY p.sku LIMIT $2
"""
# Under the lock of their products.
_MARK = """
UPDATE prices p SET list_version = l.version FROM unnest($2::text[], $3::int[]) AS l (code, version)
WHERE p.sku = ANY($1::text[]) AND p.price_list = l.code AND p.list_version < l.version
"""


async def lock(unit: UnitOfWork, code: str) -> PriceList | None:
    found = await unit.lock(_LOCK, code)
    return list_of(found[0]) if found else None


async def has_prices(unit: UnitOfWork, code: str) -> bool:
    return bool(await unit.fetchval(_HAS_PRICES, code))


def add(unit: UnitOfWork, price_list: PriceList) -> None:
    unit.write(_INSERT, *_columns(price_list))


def change(unit: UnitOfWork, price_list: PriceList) -> None:
    """Write a list that this unit has locked, as its next version."""
    unit.write(_UPDATE, *_columns(price_list))


async def unannounced(unit: UnitOfWork, codes: Sequence[str], at_most: int) -> list[str]:
    """Skus with prices that were last announced under older rules of these lists."""
    return [row["sku"] for row in await unit.fetch(_UNANNOUNCED, codes, at_most)]


def mark_announced(unit: UnitOfWork, sequences: Mapping[str, int], lists: Mapping[str, PriceList]) -> None:
    """These skus' prices are announced, under the lists as they are here, by events of these numbers."""
    write_price_sequences(unit, sequences)
    unit.write(_MARK, list(sequences), list(lists), [one.version for one in lists.values()])


def _columns(price_list: PriceList) -> tuple[object, ...]:
    return (
        price_list.code,
        price_list.currency,
        price_list.channels,
        price_list.store_codes,
        price_list.prices_include_tax,
        price_list.version,
    )
