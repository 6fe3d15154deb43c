"""Stock published again: as the table has it, each position under its next sequence, while the store goes on."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from lintel_events.mirror.republish import republish
from lintel_inventory.republish import STOCK
from lintel_inventory.testing import Inventory, placed, receipt

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)
_SKUS = ("bread", "eggs", "milk")
_QUANTITIES = ("on_hand", "unsellable", "reserved", "safety_stock")
_MANY = """
INSERT INTO stock_positions (store_code, sku, on_hand, unsellable, reserved, safety_stock, sequence, updated_at)
SELECT 'S' || n % 3, 'sku-' || n, n, 0, 0, 0, 1, now() FROM generate_series(1, 1201) AS n
"""


async def test_what_is_published_again_is_each_position_as_it_is_under_its_next_sequence(inventory: Inventory) -> None:
    await inventory.enter(*(receipt(sku, 10) for sku in _SKUS))
    await inventory.deliver(placed("order", ("eggs", 4)))

    for _ in range(2):
        before = {sku: (await inventory.stock(sku))["sequence"] for sku in _SKUS}
        await inventory.pool.execute("DELETE FROM outbox")
        assert [count async for count in republish(inventory.units, STOCK, AT)] == [3]

        for event in await inventory.published("StockLevelChanged"):
            row = await inventory.stock(event["data"]["sku"])
            assert event["subject"] == f"S1|{row['sku']}"
            assert {name: event["data"][name] for name in _QUANTITIES} == {name: row[name] for name in _QUANTITIES}
            assert int(event["sequence"].rpartition("-")[2]) == row["sequence"] == before[row["sku"]] + 1
    assert await inventory.books_add_up()


async def test_every_position_is_published_in_steps_however_many_there_are(inventory: Inventory) -> None:
    await inventory.pool.execute(_MANY)

    assert [count async for count in republish(inventory.units, STOCK, AT)] == [500, 500, 201]

    subjects = [event["subject"] for event in await inventory.published("StockLevelChanged")]
    assert len(set(subjects)) == len(subjects) == 1201


async def test_publishing_again_while_the_store_goes_on_keeps_the_order_of_each_position(inventory: Inventory) -> None:
    """The two rules of the outbox hold here too: a mirror must not end with an older state than the table's."""
    await inventory.enter(*(receipt(sku, 1_000) for sku in _SKUS))

    async def sell(shopper: int) -> None:
        for number in range(15):
            await inventory.deliver(placed(f"order-{shopper}-{number}", *((sku, 1) for sku in _SKUS)))

    async def publish_again() -> None:
        for _ in range(15):
            assert [count async for count in republish(inventory.units, STOCK, AT)] == [3]

    await asyncio.gather(sell(1), sell(2), publish_again())

    numbers, reserved = defaultdict(list), {}
    for event in await inventory.published("StockLevelChanged"):
        numbers[event["subject"]].append(int(event["sequence"].rpartition("-")[2]))
        reserved[event["subject"]] = event["data"]["reserved"]
    assert numbers == {f"S1|{sku}": list(range(1, 47)) for sku in _SKUS}
    assert reserved == {f"S1|{sku}": 30 for sku in _SKUS}
