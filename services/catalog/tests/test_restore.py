"""A restored database takes up from the log which products and prices were published after its backup."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from lintel_catalog.restore import RESTORATION
from lintel_catalog.testing import Catalog, Json, a_product, euro
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.event import Event
from lintel_events.consumer.handler import Delivery
from lintel_events.log.context import Context

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)
MODELS: dict[str, type[Event]] = {model.topic.name: model for model in (ProductChanged, PricesChanged)}


async def test_products_and_prices_are_as_they_were_published_last_and_details_stay(catalog: Catalog) -> None:
    """Taken up again nothing changes, and whoever changes a product afterwards goes on from there."""
    await catalog.put(a_product("milk", "Milk", ["GROCERY"], None, "1.00", description="From the Alps"))
    backup = await _tables(catalog)
    await catalog.merchandiser.put("/v1/price-lists/app", json={"currency": "EUR", "prices_include_tax": True})
    await catalog.merchandiser.put("/v1/prices/app/milk", json={"price": euro("0.90")})
    await catalog.put(
        a_product("milk", "Whole milk", ["GROCERY"], None, "1.10", description="From the Alps"),
        a_product("eggs", "Eggs", ["GROCERY"], None, "2.00"),
    )
    lost = await _shown(catalog)
    history = await _history(catalog)
    await _restore(catalog, backup)

    for done in ({"products brought up": 1, "products made again": 1}, {}):
        async with catalog.units(Context("restore")) as unit:
            assert await RESTORATION.apply(unit, history) == done

    assert await _shown(catalog) == lost
    await catalog.put(a_product("milk", "After", ["GROCERY"], None, "1.10"))
    assert (await catalog.published("catalog.products"))[-1]["sequence"] == "0001-000000000003"


async def _shown(catalog: Catalog) -> list[Json]:
    return [(await catalog.client.get(f"/v1/products/{sku}")).json() for sku in ("milk", "eggs")]


async def _history(catalog: Catalog) -> list[Delivery[Any]]:
    return [
        Delivery(model.model_validate(event["data"]), event["sequence"], AT, Context("log"))
        for topic, model in MODELS.items()
        for event in await catalog.published(topic)
    ]


async def _tables(catalog: Catalog) -> dict[str, Sequence[Any]]:
    return {
        table: [tuple(row) for row in await catalog.pool.fetch(f"SELECT * FROM {table}")]
        for table in ("products", "price_lists", "prices")
    }


async def _restore(catalog: Catalog, backup: dict[str, Sequence[Any]]) -> None:
    await catalog.pool.execute("TRUNCATE products, price_lists, prices")
    for table, rows in backup.items():
        places = ", ".join(f"${place + 1}" for place in range(len(rows[0])))
        await catalog.pool.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
