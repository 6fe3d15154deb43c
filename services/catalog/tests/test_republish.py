"""Products and prices published again: as the tables have them, each under its next sequence."""

from datetime import UTC, datetime

import httpx
import pytest

from lintel_catalog.republish import PRICES, PRODUCTS
from lintel_catalog.testing import Catalog, euro
from lintel_events.mirror.republish import State, republish

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def products(merchandiser: httpx.AsyncClient) -> None:
    """Two on sale, one changed since; one withdrawn that never had a price."""
    for sku, name, amount in (("eggs", "Eggs", "2.00"), ("milk", "Milk", "1.00"), ("milk", "Whole milk", "1.10")):
        product = {"name": name, "category": ["GROCERY"], "price": euro(amount)}
        await merchandiser.put(f"/v1/products/{sku}", json=product)
    await merchandiser.put("/v1/products/salt", json={"name": "Salt", "category": ["GROCERY"]})
    await merchandiser.delete("/v1/products/salt")


@pytest.mark.parametrize(
    ("state", "topic", "column"),
    [(PRODUCTS, "catalog.products", "sequence"), (PRICES, "catalog.prices", "price_sequence")],
)
async def test_what_is_published_again_is_the_last_state_of_each_product_under_its_next_sequence(
    catalog: Catalog, state: State, topic: str, column: str
) -> None:
    """A second time it is the same: to mirrors nothing happened but that they are surely right."""
    last = {event["subject"]: event["data"] for event in await catalog.published(topic)} | (
        {} if state is PRODUCTS else {"salt": {"sku": "salt", "windows": []}}
    )
    for _ in range(2):
        before = await _numbers(catalog, column)
        await catalog.pool.execute("DELETE FROM outbox")
        assert [count async for count in republish(catalog.units, state, AT)] == [3]

        again = await catalog.published(topic)
        assert [event["subject"] for event in again] == ["eggs", "milk", "salt"]
        assert {event["subject"]: event["data"] for event in again} == last
        numbers = {event["subject"]: int(event["sequence"].rpartition("-")[2]) for event in again}
        assert numbers == {sku: number + 1 for sku, number in before.items()}
        assert numbers == await _numbers(catalog, column)


async def test_one_product_is_published_alone_and_a_dry_run_publishes_none(catalog: Catalog) -> None:
    await catalog.pool.execute("DELETE FROM outbox")

    assert [count async for count in republish(catalog.units, PRODUCTS, AT, dry_run=True)] == [3]
    assert [count async for count in republish(catalog.units, PRODUCTS, AT, key="nothing")] == [0]
    assert await catalog.published("catalog.products") == []
    assert [count async for count in republish(catalog.units, PRODUCTS, AT, key="milk")] == [1]

    assert [event["data"]["name"] for event in await catalog.published("catalog.products")] == ["Whole milk"]


async def _numbers(catalog: Catalog, column: str) -> dict[str, int]:
    return {row["sku"]: row[column] for row in await catalog.pool.fetch(f"SELECT sku, {column} FROM products")}
