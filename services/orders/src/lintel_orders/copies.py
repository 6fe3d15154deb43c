"""Copies of other services' stores, products and prices, read as the shelf that orders are sold from."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import asyncpg
import orjson

from lintel_contracts.catalog_prices import TOPIC as PRICES
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import TOPIC as PRODUCTS
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.geo_stores import TOPIC as STORES
from lintel_contracts.geo_stores import StoreChanged
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.domain.pricing import Shelf

_SHELF = """
SELECT topic, state FROM mirror WHERE topic = $1 AND key = $2
UNION ALL SELECT topic, state FROM mirror WHERE topic = $3 AND key = ANY($5::text[])
UNION ALL SELECT topic, state FROM mirror WHERE topic = $4 AND key = ANY($5::text[])
"""
# Who buys is read along with what they buy: placing an order costs no statement more for it.
_SHELF_AND_BUYER = f"{_SHELF}UNION ALL SELECT NULL, to_jsonb(pseudonym) FROM customers WHERE subject = $6"  # noqa: S608 - constants


async def shelf(unit: UnitOfWork, store_code: str, skus: Iterable[str]) -> Shelf:
    """What the local copies know of these products at this store."""
    return _shelf(await unit.fetch(_SHELF, *_shelf_args(store_code, skus)))


async def shelf_and_buyer(
    unit: UnitOfWork, store_code: str, skus: Iterable[str], subject: str
) -> tuple[Shelf, str | None]:
    """The shelf, and the pseudonym of whoever buys from it, if they have one."""
    rows = await unit.fetch(_SHELF_AND_BUYER, *_shelf_args(store_code, skus), subject)
    buyer = next((orjson.loads(row["state"]) for row in rows if row["topic"] is None), None)
    return _shelf(row for row in rows if row["topic"] is not None), buyer


def _shelf_args(store_code: str, skus: Iterable[str]) -> tuple[Any, ...]:
    return STORES.name, store_code, PRODUCTS.name, PRICES.name, list(skus)


def _shelf(rows: Iterable[asyncpg.Record]) -> Shelf:
    store: StoreChanged | None = None
    products: dict[str, ProductChanged] = {}
    prices: dict[str, PricesChanged] = {}
    for topic, state in rows:
        if topic == PRODUCTS.name:
            product = _product(state)
            products[product.sku] = product
        elif topic == PRICES.name:
            priced = _prices(state)
            prices[priced.sku] = priced
        else:
            store = _store(state)
    return Shelf(store, products, prices)


# The same text means the same: parsed once, not once an order.
_product = lru_cache(maxsize=16_384)(ProductChanged.model_validate_json)
_prices = lru_cache(maxsize=16_384)(PricesChanged.model_validate_json)
_store = lru_cache(maxsize=1_024)(StoreChanged.model_validate_json)
