"""An older state of the books, what was published since, and the facts read again make the books that were."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from lintel_contracts.orders_sales import SaleRecorded
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool
from lintel_events.log.context import Context
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_inventory.handlers import Fact
from lintel_inventory.movements.domain import StatedKind, StatedMovement
from lintel_inventory.restore import RESTORATION
from lintel_inventory.testing import (
    STORE,
    Inventory,
    cancelled,
    completed,
    placed,
    receipt,
    sale,
    short_picked,
    substituted,
)

pytestmark = pytest.mark.integration

TYPES = {model.type: model for model in RESTORATION.types}
QUANTITIES = ("on_hand", "unsellable", "reserved", "safety_stock")


@pytest.fixture
async def restored(
    inventory: Inventory, new_database: Callable[[str], Awaitable[str]], pools: Callable[[str], Awaitable[Pool]]
) -> Inventory:
    """The backup of `inventory`, put back under a new epoch: both have had the same delivery."""
    url = await new_database("lintel_inventory")
    pool = await pools(url)
    backup = Inventory(url, pool, UnitFactory(pool, Outbox("/inventory", 2, Signal())))
    for service in (inventory, backup):
        await service.enter(receipt("EGGS", 20), receipt("MILK", 20))
        await service.deliver(placed("known", ("EGGS", 2)))
    return backup


async def take_up(restored: Inventory, lived: Inventory, *sales: Delivery[SaleRecorded]) -> None:
    events = [
        Delivery(
            TYPES[event["type"]].model_validate(event["data"]),
            event["sequence"],
            datetime.fromisoformat(event["time"]),
            Context(correlation_id="log"),
        )
        for event in await lived.published()
    ]
    async with restored.units(Context(correlation_id="restore")) as unit:
        await RESTORATION.apply(unit, [*events, *sales])


def recorded_at(at: datetime, sales: Iterable[SaleRecorded]) -> list[Delivery[SaleRecorded]]:
    return [Delivery(sale, "0001-000000000001", at, Context(correlation_id="log")) for sale in sales]


async def quantities(of: Inventory, sku: str) -> tuple[int, ...]:
    row = await of.stock(sku)
    return tuple(row[name] for name in QUANTITIES)


SINCE: tuple[Fact, ...] = (
    completed("known", ("EGGS", 2)),
    placed("kept", ("EGGS", 3), ("MILK", 1)),
    placed("short", ("EGGS", 4)),
    short_picked("short", "EGGS", ordered=4, picked=1),
    substituted("short", "EGGS", "MILK", 2),
    placed("gone", ("EGGS", 5)),
    cancelled("gone"),
    placed("issued", ("MILK", 2)),
    completed("issued", ("MILK", 2)),
    placed("too much", ("MILK", 1000)),
)


async def test_the_books_are_what_they_were(inventory: Inventory, restored: Inventory) -> None:
    """Nothing is lost, and nothing that is read again counts twice."""
    sold = sale("s1", ("EGGS", 1))
    await inventory.deliver(*SINCE[:3], sold)
    await inventory.enter(
        StatedMovement("late", STORE, "EGGS", StatedKind.RECEIPT, 7, "delivery"),
        StatedMovement("broken", STORE, "MILK", StatedKind.DAMAGE, 1, "fell"),
    )
    await inventory.deliver(*SINCE[3:])
    await take_up(restored, inventory, *recorded_at(datetime.now(UTC) - timedelta(hours=1), [sold]))
    assert await restored.books_add_up()
    for _ in range(2):
        await restored.deliver(*SINCE, sold)
    for sku in ("EGGS", "MILK"):
        assert await quantities(restored, sku) == await quantities(inventory, sku)
    assert await restored.books_add_up()


async def test_what_stores_stated_is_one_movement_a_product(inventory: Inventory, restored: Inventory) -> None:
    """The sums are known, their parts are not: the ledger says why it knows."""
    await inventory.enter(StatedMovement("a", STORE, "EGGS", StatedKind.RECEIPT, 7, "delivery"))
    await inventory.enter(StatedMovement("b", STORE, "EGGS", StatedKind.ADJUSTMENT, -2, "eaten"))
    await take_up(restored, inventory)
    await take_up(restored, inventory)
    rows = await restored.pool.fetch("SELECT sku, kind, on_hand_delta FROM movements WHERE reason = 'restore'")
    assert [tuple(row) for row in rows] == [("EGGS", "adjustment", 5)]


async def test_a_sale_that_the_last_level_had_not_seen_is_left_to_be_read(
    inventory: Inventory, restored: Inventory
) -> None:
    """It was published when the database was gone already."""
    await inventory.enter(StatedMovement("a", STORE, "EGGS", StatedKind.RECEIPT, 7, "delivery"))
    late = sale("late", ("EGGS", 1))
    await take_up(restored, inventory, *recorded_at(datetime.now(UTC) + timedelta(hours=1), [late]))
    assert (await restored.stock("EGGS"))["on_hand"] == 27
    await restored.deliver(late)
    assert (await restored.stock("EGGS"))["on_hand"] == 26


async def test_a_level_that_no_longer_holds_is_published_anew(inventory: Inventory, restored: Inventory) -> None:
    """What was published of a promise that nobody knows of any more would keep the goods from being sold."""
    await inventory.deliver(placed("lost", ("EGGS", 4)))
    await inventory.pool.execute("DELETE FROM outbox WHERE key = 'lost'")  # the relay had sent the level only
    before = len(await restored.published("StockLevelChanged"))
    await take_up(restored, inventory)
    [level] = (await restored.published("StockLevelChanged"))[before:]
    assert (level["data"]["reserved"], level["sequence"][:5]) == (2, "0002-")
