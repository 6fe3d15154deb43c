"""Rows of price lists, and which of their prices were last published under a list's older rules."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, exists, select, update

from lintel_catalog.entries.domain.price import PriceList
from lintel_catalog.entries.store import list_of
from lintel_catalog.entries.tables import price_lists, prices
from lintel_chassis.db.statements import columns_of, compiled, inserting, updating
from lintel_events.outbox.unit_of_work import UnitOfWork

# One row; who writes a price on the list holds it shared.
_LOCK = f"SELECT {columns_of(price_lists)} FROM price_lists WHERE code = $1 FOR UPDATE"  # noqa: S608 - constants
_HAS_PRICES = compiled(select(exists().where(prices.c.price_list == bindparam("code"))))
# A new row: a second one of the code fails on the key, is run again and finds it.
_ADD = inserting(price_lists)
# The row is locked already.
_SAVE = updating(price_lists)
_OUTDATED = prices.c.list_version < price_lists.c.version
# No lock: what changes meanwhile publishes itself.
_UNPUBLISHED = compiled(
    select(prices.c.sku)
    .distinct()
    .where(
        price_lists.c.code == any_(bindparam("codes", type_=ARRAY(Text))),
        prices.c.price_list == price_lists.c.code,
        _OUTDATED,
    )
    .order_by(prices.c.sku)
    .limit(bindparam("at_most"))
)
# Under the lock of their products, and with the lists held shared: they are as they were read.
_MARK = compiled(
    update(prices)
    .values(list_version=price_lists.c.version)
    .where(
        prices.c.sku == any_(bindparam("skus", type_=ARRAY(Text))),
        prices.c.price_list == price_lists.c.code,
        _OUTDATED,
    )
)


async def lock(unit: UnitOfWork, code: str) -> PriceList | None:
    found = await unit.lock(_LOCK, code)
    return list_of(found[0]) if found else None


async def has_prices(unit: UnitOfWork, code: str) -> bool:
    return bool(await unit.fetchval(*_HAS_PRICES(code=code)))


def add(unit: UnitOfWork, price_list: PriceList) -> None:
    unit.write_row(_ADD, _row(price_list))


def save(unit: UnitOfWork, price_list: PriceList) -> None:
    """Write a list that this unit has locked."""
    unit.write_row(_SAVE, _row(price_list))


async def unpublished(unit: UnitOfWork, codes: Sequence[str], at_most: int) -> list[str]:
    """Skus with prices that were last published under older rules of these lists."""
    return [row["sku"] for row in await unit.fetch(*_UNPUBLISHED(codes=codes, at_most=at_most))]


def mark_published(unit: UnitOfWork, skus: Sequence[str]) -> None:
    """The prices of these products, which the unit has opened, are published under their lists as they are."""
    unit.write(*_MARK(skus=skus))


def _row(price_list: PriceList) -> dict[str, Any]:
    return {
        "code": price_list.code,
        "currency": price_list.currency,
        "channels": price_list.channels,
        "store_codes": price_list.store_codes,
        "prices_include_tax": price_list.prices_include_tax,
        "version": price_list.version,
    }
