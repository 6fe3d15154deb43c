"""Copies of other services' state: put right from the log, or from the owner's tables while the shop is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.system.command import objects
from tests.system.log import BROKEN
from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e

_COPIES = "SELECT topic, key, sequence, state, changed_at FROM mirror ORDER BY topic, key"
_SEQUENCES = "SELECT key, sequence FROM mirror WHERE topic = $1 AND key NOT LIKE $2"
_STATES = "SELECT topic, key, state FROM mirror ORDER BY topic, key"
_SPOIL = """
WITH numbered AS (SELECT topic, key, row_number() OVER (PARTITION BY topic ORDER BY key) AS n FROM mirror),
     gone AS (DELETE FROM mirror m USING numbered o WHERE m.topic = o.topic AND m.key = o.key AND n = 1),
     wrong AS (UPDATE mirror m SET state = '{}' FROM numbered o WHERE m.topic = o.topic AND m.key = o.key AND n = 2)
INSERT INTO mirror SELECT DISTINCT ON (topic) topic, key || '-of-nobody', sequence, state, changed_at FROM mirror
"""
_OWNERS = {
    "catalog.products": ("catalog", "SELECT sku AS key, sequence FROM products"),
    "catalog.prices": ("catalog", "SELECT sku AS key, price_sequence AS sequence FROM products"),
    "geo.stores": ("geo-offers", "SELECT store_code AS key, sequence FROM stores"),
    "inventory.stock": ("inventory", "SELECT store_code || '|' || sku AS key, sequence FROM stock_positions"),
}
_MIRRORS = {"orders": 3, "pickup": 1, "geo-offers": 1}


async def test_rebuilt_copies_are_those_that_live_traffic_keeps(system: System, shop: Shop) -> None:
    """One missing, one wrong and one of nobody in each topic; shoppers order from another store meanwhile."""
    for _ in range(2):
        await shop.stock(await shop.open_store(), 10)
    await system.quiet()
    for service, topics in _MIRRORS.items():
        live = await system.rows(service, _COPIES)
        await system.rows(service, _SPOIL)
        planned = await objects(system, "rebuild", service, "--dry-run")
        assert [(mirror["outcome"], mirror["deleted"]) for mirror in planned] == [("would be rebuilt", 1)] * topics
        assert await system.rows(service, _COPIES) != live

        done = await objects(system, "rebuild", service)

        assert [(mirror["outcome"], mirror["deleted"], mirror["put_right"]) for mirror in done] == [
            ("rebuilt", 1, 2)
        ] * topics
        assert await system.rows(service, _COPIES) == live


async def test_what_owners_tell_again_is_what_every_copy_then_has(system: System, shop: Shop) -> None:
    """Whatever is wrong with a copy: the state comes under a sequence that is newer than what is there."""
    stores = [await shop.open_store() for _ in range(2)]
    skus = [await shop.stock(store, 1_000) for store in stores]
    await system.quiet()
    states = await system.rows("orders", _STATES)
    await system.rows("geo-offers", """UPDATE mirror SET state = state || '{"on_hand": -1}'""")
    async with _orders(shop, stores[0], skus[0]):
        for topic in _OWNERS:
            [report] = await objects(system, "republish", topic)
            assert report["outcome"] == "republished"
            assert report["keys"] >= 2
    await system.quiet()

    for topic, (owner, sql) in _OWNERS.items():
        owned = {row["key"]: row["sequence"] for row in await system.rows(owner, sql)}
        for service in _MIRRORS:
            copied = await system.rows(service, _SEQUENCES, topic, f"{BROKEN}%")
            if copied and topic != "inventory.stock":
                assert {row["key"]: int(row["sequence"][-12:]) for row in copied} == owned, (service, topic)
    assert await system.rows("orders", _STATES) == states
    stock = await _quantities(system, "inventory", "SELECT store_code || '|' || sku AS key, * FROM stock_positions")
    copies = "SELECT key, r.* FROM mirror, jsonb_to_record(state) AS r (on_hand int, reserved int) WHERE topic = $1"
    assert await _quantities(system, "geo-offers", copies, "inventory.stock") == stock

    [report] = await objects(system, "republish", "geo.stores", "--key", stores[0])
    assert report["keys"] == 1


async def _quantities(system: System, service: str, sql: str, *args: Any) -> dict[str, tuple[int, int]]:
    return {row["key"]: (row["on_hand"], row["reserved"]) for row in await system.rows(service, sql, *args)}


@asynccontextmanager
async def _orders(shop: Shop, store: str, sku: str) -> AsyncIterator[None]:
    """Shoppers order, one after the other, as long as the block lasts."""
    stopping = asyncio.Event()

    async def order() -> None:
        while not stopping.is_set():
            await shop.confirmed(store, sku)

    ordering = asyncio.create_task(order())
    try:
        yield
    finally:
        stopping.set()
        await ordering
