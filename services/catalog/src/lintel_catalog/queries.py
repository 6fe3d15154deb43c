"""Reads of a fixed shape: from rows straight to what is shown."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from lintel_catalog.domain.product import SEPARATOR
from lintel_catalog.rendering import item, price_json, product_json
from lintel_catalog.repository import price_of
from lintel_catalog.versions import etag_of_product
from lintel_catalog.views import CategoryView, PriceListView, PricesView, PriceView
from lintel_chassis.http.etag import etag_of
from lintel_contracts.errors import NotFound
from lintel_contracts.values import Channel
from lintel_events.outbox.unit_of_work import UnitOfWork

_SHOW = """
SELECT p.content, p.sequence, s.* FROM products p LEFT JOIN LATERAL price_as_sold($1, $2, $3, $4) s ON true
WHERE p.sku = $1
"""
_EXISTS = "SELECT true FROM products WHERE sku = $1"
_RELATED = """
WITH this AS (
    SELECT p.sku, p.categories[cardinality(p.categories)] AS category, s.amount
    FROM products p LEFT JOIN LATERAL price_as_sold($1, $2, $3, $4) s ON true WHERE p.sku = $1)
SELECT p.content, s.* FROM this
JOIN products p ON p.categories @> ARRAY[this.category] AND p.sku <> this.sku AND p.status = 'active'
LEFT JOIN LATERAL price_as_sold(p.sku, $2, $3, $4) s ON true
ORDER BY abs(s.amount - this.amount), p.sku LIMIT $5
"""
_CATEGORIES = """
SELECT category, count(*) AS count FROM products, unnest(categories) AS category WHERE status = 'active'
GROUP BY category
"""
_LIST = "SELECT code, currency, channels, store_codes, prices_include_tax, version FROM price_lists WHERE code = $1"
_PRICES = """
SELECT price_list, amount, was, currency, valid_from, valid_until FROM prices WHERE sku = $1 AND price_list = $2
ORDER BY valid_from NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class Sold:
    """Where and when a price is asked for."""

    channel: Channel | None
    store_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """JSON, and the version it shows."""

    body: bytes
    etag: str


async def show_product(unit: UnitOfWork, sku: str, sold: Sold) -> Shown:
    """JSON of the shape ProductView. Raise NotFound."""
    row = await unit.fetchrow(_SHOW, sku, sold.channel, sold.store_code, sold.at)
    if row is None:
        raise NotFound("product_not_found", f"There is no product {sku}.")
    price = price_json(row)
    return Shown(product_json(row["content"], price), etag_of_product(row["sequence"], price))


async def related_products(unit: UnitOfWork, sku: str, sold: Sold, limit: int) -> bytes:
    """JSON of the shape RelatedView: of the same category, the nearest in price first. Raise NotFound."""
    found = await unit.fetch(_RELATED, sku, sold.channel, sold.store_code, sold.at, limit)
    if not found and not await unit.fetchval(_EXISTS, sku):
        raise NotFound("product_not_found", f"There is no product {sku}.")
    return orjson.dumps({"items": [item(row) for row in found], "next_cursor": None})


async def category_tree(unit: UnitOfWork) -> list[CategoryView]:
    rows = sorted((row["category"].split(SEPARATOR), row["count"]) for row in await unit.fetch(_CATEGORIES))
    top: list[CategoryView] = []
    above: list[CategoryView] = []
    for path, count in rows:
        view = CategoryView(name=path[-1], category=SEPARATOR.join(path), count=count, children=[])
        above = above[: len(path) - 1]
        (above[-1].children if above else top).append(view)
        above.append(view)
    return top


async def show_price_list(unit: UnitOfWork, code: str) -> Shown:
    """JSON of the shape PriceListView. Raise NotFound."""
    row = await unit.fetchrow(_LIST, code)
    if row is None:
        raise NotFound("price_list_not_found", f"There is no price list {code}.")
    view = PriceListView(
        price_list=code,
        currency=row["currency"],
        channels=row["channels"],
        store_codes=row["store_codes"],
        prices_include_tax=row["prices_include_tax"],
    )
    return Shown(view.model_dump_json().encode(), etag_of(row["version"]))


async def show_prices(unit: UnitOfWork, price_list: str, sku: str) -> PricesView:
    """Of a product that is not there, or has none on the list: no items."""
    prices = [price_of(row) for row in await unit.fetch(_PRICES, sku, price_list)]
    return PricesView(
        items=[
            PriceView(price=one.price, was=one.was, valid_from=one.valid_from, valid_until=one.valid_until)
            for one in prices
        ]
    )
