"""Products and prices told again: as the tables have them, each under its next sequence."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lintel_catalog.republish import PRICES, PRODUCTS
from lintel_events.mirror.republish import State, republish

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def products(merchandiser: httpx.AsyncClient) -> None:
    """Two on sale, one changed since; one withdrawn that never had a price."""
    for sku, name, amount in (("eggs", "Eggs", "2.00"), ("milk", "Milk", "1.00"), ("milk", "Whole milk", "1.10")):
        product = {"name": name, "category": ["GROCERY"], "price": {"amount": amount, "currency": "EUR"}}
        await merchandiser.put(f"/v1/products/{sku}", json=product)
    await merchandiser.put("/v1/products/salt", json={"name": "Salt", "category": ["GROCERY"]})
    await merchandiser.delete("/v1/products/salt")


@pytest.mark.parametrize(
    ("state", "topic", "column"),
    [(PRODUCTS, "catalog.products", "sequence"), (PRICES, "catalog.prices", "price_sequence")],
)
async def test_what_is_told_again_is_the_last_state_of_each_product_under_its_next_sequence(
    catalog: Any, published: Callable[[str], Awaitable[list[dict[str, Any]]]], state: State, topic: str, column: str
) -> None:
    """A second time tells the same: to mirrors nothing happened but that they are surely right."""
    last = {event["subject"]: event["data"] for event in await published(topic)} | (
        {} if state is PRODUCTS else {"salt": {"sku": "salt", "windows": []}}
    )
    for _ in range(2):
        before = dict(await catalog.pool.fetch(f"SELECT sku, {column} FROM products"))
        await catalog.pool.execute("DELETE FROM outbox")
        assert [told async for told in republish(catalog.units, state, AT)] == [3]

        again = await published(topic)
        assert [event["subject"] for event in again] == ["eggs", "milk", "salt"]
        assert {event["subject"]: event["data"] for event in again} == last
        numbers = {event["subject"]: int(event["sequence"].rpartition("-")[2]) for event in again}
        assert numbers == {sku: number + 1 for sku, number in before.items()}
        assert numbers == dict(await catalog.pool.fetch(f"SELECT sku, {column} FROM products"))


async def test_one_product_is_told_alone_and_a_dry_run_tells_none(
    catalog: Any, published: Callable[[str], Awaitable[list[dict[str, Any]]]]
) -> None:
    await catalog.pool.execute("DELETE FROM outbox")

    assert [told async for told in republish(catalog.units, PRODUCTS, AT, dry_run=True)] == [3]
    assert [told async for told in republish(catalog.units, PRODUCTS, AT, key="nothing")] == [0]
    assert await published("catalog.products") == []
    assert [told async for told in republish(catalog.units, PRODUCTS, AT, key="milk")] == [1]

    assert [event["data"]["name"] for event in await published("catalog.products")] == ["Whole milk"]
