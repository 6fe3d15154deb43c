"""No oversell at any concurrency, and no effect of anything delivered twice."""

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest

from lintel_inventory.handlers import Fact
from lintel_inventory.testing import (
    START,
    Inventory,
    cancelled,
    completed,
    counted,
    placed,
    receipt,
    sale,
    short_picked,
    substituted,
)

BUYERS, UNITS = 200, 50


async def test_two_hundred_buyers_in_one_batch_get_exactly_fifty_units(inventory: Inventory) -> None:
    """Decided in order in memory: the first fifty."""
    await inventory.enter(receipt("EGGS", UNITS))

    await inventory.deliver(*(placed(f"o{number:03}", ("EGGS", 1)) for number in range(BUYERS)))

    reserved = await inventory.published("StockReserved")
    assert [event["subject"] for event in reserved] == [f"o{number:03}" for number in range(UNITS)]
    assert len(await inventory.published("StockReservationRejected")) == BUYERS - UNITS
    assert (await inventory.stock("EGGS"))["reserved"] == UNITS


async def test_two_hundred_buyers_at_once_get_exactly_fifty_units(inventory: Inventory) -> None:
    """Elsewhere two buyers of the last unit both succeeded."""
    await inventory.enter(receipt("EGGS", UNITS), receipt("MILK", UNITS))

    await asyncio.gather(
        *(inventory.deliver(placed(f"o{number}", *_shuffled(("EGGS", 1), ("MILK", 1)))) for number in range(BUYERS))
    )

    assert len(await inventory.published("StockReserved")) == UNITS
    assert len(await inventory.published("StockReservationRejected")) == BUYERS - UNITS
    assert await inventory.books_add_up()


async def test_sales_and_orders_at_once_leave_every_conflict_named(inventory: Inventory) -> None:
    """Below zero only through a fact from the store, and then an incident says so."""
    await inventory.enter(receipt("EGGS", UNITS))

    await asyncio.gather(
        *(inventory.deliver(placed(f"o{number}", ("EGGS", 1))) for number in range(60)),
        *(inventory.deliver(sale(f"s{number}", ("EGGS", 1), ("MILK", 1))) for number in range(60)),
    )

    eggs = await inventory.stock("EGGS")
    found = await inventory.published("StockDiscrepancyFound")
    incidents = [event for event in found if event["data"]["sku"] == "EGGS"]
    assert len(incidents) == max(0, eggs["reserved"] - eggs["on_hand"])
    assert (await inventory.stock("MILK"))["on_hand"] == -60
    assert await inventory.books_add_up()


async def test_of_two_endings_at_once_one_counts(inventory: Inventory) -> None:
    """Elsewhere a repeated shipment compensated twice."""
    await inventory.enter(receipt("EGGS", UNITS))
    await inventory.deliver(*(placed(f"o{number}", ("EGGS", 1)) for number in range(UNITS)))

    await asyncio.gather(
        *(inventory.deliver(end) for n in range(UNITS) for end in (completed(f"o{n}", ("EGGS", 1)), cancelled(f"o{n}")))
    )

    issued, released = await inventory.published("StockIssued"), await inventory.published("StockReleased")
    assert len(issued) + len(released) == UNITS
    eggs = await inventory.stock("EGGS")
    assert (eggs["on_hand"], eggs["reserved"]) == (UNITS - len(issued), 0)
    assert await inventory.books_add_up()


async def test_a_whole_topic_delivered_again_changes_nothing(inventory: Inventory) -> None:
    """The inbox forgets after thirty days; orders, sales and movements are known for good."""
    await inventory.enter(receipt("EGGS", 20), receipt("MILK", 20), counted("TEA", 9, expected=0, at=START))
    history = _history()
    for fact in history:
        await inventory.deliver(fact)
    before = await _everything(inventory)

    for fact in history:
        await inventory.deliver(fact)
    await inventory.deliver(*history)

    assert await _everything(inventory) == before
    assert await inventory.books_add_up()


async def test_a_batch_and_its_facts_one_by_one_end_alike(inventory: Inventory) -> None:
    """How a poll cuts the log is chance and may not matter."""
    await inventory.enter(receipt("EGGS", 20), receipt("MILK", 20))

    await inventory.deliver(*_history())

    eggs, milk = await inventory.stock("EGGS"), await inventory.stock("MILK")
    assert (eggs["on_hand"], eggs["reserved"]) == (12, 2)
    assert (milk["on_hand"], milk["reserved"]) == (17, 2)
    assert await inventory.books_add_up()


async def test_the_database_itself_refuses_a_negative_promise(inventory: Inventory) -> None:
    """Should a defect ever get so far, it must not get further."""
    await inventory.enter(receipt("EGGS", 1))

    with pytest.raises(asyncpg.CheckViolationError):
        await inventory.pool.execute("UPDATE stock_positions SET reserved = -1")


def _history() -> list[Fact]:
    return [
        placed("o1", ("EGGS", 3)),
        placed("o2", ("EGGS", 2), ("MILK", 2)),
        placed("o3", ("EGGS", 4)),
        placed("o4", ("CAVIAR", 1)),
        sale("s1", ("EGGS", 4), ("TEA", 1), at=START - timedelta(minutes=5)),
        short_picked("o1", "EGGS", ordered=3, picked=2),
        substituted("o1", "EGGS", "MILK", 1),
        completed("o1", ("EGGS", 2), ("MILK", 1)),
        cancelled("o3"),
        cancelled("o4"),
        sale("s2", ("EGGS", 2), ("MILK", 2), at=START),
    ]


async def _everything(inventory: Inventory) -> tuple[object, ...]:
    tables = ("stock_positions", "movements", "reservations", "reservation_lines", "picks", "outbox")
    return tuple([await inventory.pool.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables])


def _shuffled(*basket: tuple[str, int]) -> list[tuple[str, int]]:
    return random.sample(basket, len(basket))
