"""Reads of the copies: what a basket is priced from, in one statement."""

from collections.abc import Iterable
from functools import lru_cache

import asyncpg
import orjson

from lintel_contracts.catalog_prices import TOPIC as PRICES
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import TOPIC as PRODUCTS
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.geo_stores import TOPIC as STORES
from lintel_contracts.geo_stores import StoreChanged
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.copies.domain import PricingData

# Three ways into the primary key of the copies. Who buys is read along with what they buy: placing an order costs no
# statement more for it.
_PRICING_DATA = f"""
SELECT topic, state FROM mirror WHERE topic = '{STORES.name}' AND key = $1
UNION ALL SELECT topic, state FROM mirror WHERE topic = '{PRODUCTS.name}' AND key = ANY($2::text[])
UNION ALL SELECT topic, state FROM mirror WHERE topic = '{PRICES.name}' AND key = ANY($2::text[])
"""  # noqa: S608 - constants
_WITH_BUYER = f"{_PRICING_DATA}UNION ALL SELECT NULL, to_jsonb(pseudonym) FROM customers WHERE subject = $3"  # noqa: S608 - constants


async def pricing_data(unit: UnitOfWork, store_code: str, skus: Iterable[str]) -> PricingData:
    """What is known of these products at this store."""
    return _read(await unit.fetch(_PRICING_DATA, store_code, list(skus)))


async def pricing_data_and_buyer(
    unit: UnitOfWork, store_code: str, skus: Iterable[str], subject: str
) -> tuple[PricingData, str | None]:
    """The same, and the pseudonym of whoever buys, if they have one."""
    rows = await unit.fetch(_WITH_BUYER, store_code, list(skus), subject)
    buyer = next((orjson.loads(row["state"]) for row in rows if row["topic"] is None), None)
    return _read(row for row in rows if row["topic"] is not None), buyer


def _read(rows: Iterable[asyncpg.Record]) -> PricingData:
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
    return PricingData(store, products, prices)


# The same text means the same: parsed once, not once an order.
_product = lru_cache(maxsize=16_384)(ProductChanged.model_validate_json)
_prices = lru_cache(maxsize=16_384)(PricesChanged.model_validate_json)
_store = lru_cache(maxsize=1_024)(StoreChanged.model_validate_json)
