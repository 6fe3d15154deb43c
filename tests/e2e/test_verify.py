"""The auditor names every fault that is planted, and nothing once it is undone."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import pytest

from tests.system.running import System
from tests.system.shop import Order, Shop

pytestmark = pytest.mark.e2e

ORDER, ORDER_OF = "id = '{order}'", "order_id = '{order}'"
PLACE, STORE = "(store_code, sku) = ('{store}', '{sku}')", "store_code = '{store}'"


@dataclass(frozen=True)
class Fault:
    """In the rows of `table` that are `of` the order, its store or its product, do this; None deletes them."""

    check: str
    service: str
    table: str
    of: str
    do: str | None

    def __str__(self) -> str:
        return f"{self.check}, {self.do or f'no {self.table}'}"


FAULTS = [
    Fault("orders past their deadline", "orders", "orders", ORDER, "status = 'placed', placed_at = '2026-01-01Z'"),
    Fault("orders past their deadline", "orders", "orders", ORDER, "status = 'cancelling'"),
    Fault("stock held for no live order", "orders", "orders", ORDER, "status = 'completed'"),
    Fault("stock held for no live order", "orders", "orders", ORDER, None),
    Fault("slots held for no live order", "orders", "orders", ORDER, "status = 'cancelled'"),
    Fault("confirmed orders without stock", "inventory", "reservations", ORDER_OF, "status = 'released'"),
    Fault("confirmed orders without a pickup", "pickup", "pickups", ORDER_OF, "status = 'handed_over'"),
    Fault("confirmed orders without a pickup", "pickup", "pickups", ORDER_OF, "slot_starts_at = NULL"),
    Fault("ended reservations that hold stock", "inventory", "reservations", ORDER_OF, "status = 'issued'"),
    Fault("positions unlike their reservations", "inventory", "stock_positions", PLACE, "reserved = reserved + 1"),
    Fault("positions unlike their reservations", "inventory", "reservation_lines", ORDER_OF, "ended_at = now()"),
    Fault("positions unlike their ledger", "inventory", "stock_positions", PLACE, "on_hand = on_hand + 1"),
    Fault("positions unlike their ledger", "inventory", "movements", PLACE, None),
    Fault("positions unlike their last event", "inventory", "stock_positions", PLACE, "safety_stock = 7"),
    Fault("slots unlike their pickups", "pickup", "slots", STORE, "booked = booked + 1"),
    Fault("slots unlike their pickups", "pickup", "pickups", ORDER_OF, None),
    Fault("payments unlike their sales", "orders", "orders", ORDER, "paid = paid + 1"),
    Fault("payments unlike their sales", "orders", "orders", ORDER, "payment_status = 'captured', total = paid + 1"),
]


@pytest.fixture(scope="module")
async def order(system: System) -> Order:
    """A confirmed one, of a store and a product that nobody else has."""
    store = await system.shop.open_store()
    return await system.shop.confirmed(store, await system.shop.stock(store, 10))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_planted_fault_is_named(system: System, order: Order, fault: Fault) -> None:
    """A check that has never found anything may not be able to."""
    about = {"order": order["id"], "store": order["store_code"], "sku": order["lines"][0]["sku"]}
    async with _planted(system, fault, fault.of.format(**about)):
        found = await _found(system, fault.check)
    named = [finding for finding in found if any(name in finding for name in about.values())]
    assert len(named) == 1, found
    left = await _found(system, fault.check)
    assert not [finding for finding in left if any(name in finding for name in about.values())]


async def test_an_event_that_nobody_sends_is_named(system: System) -> None:
    """Its topic has no broker: the others go past it, and it stays."""
    event_id = uuid4()
    await system.rows(
        "catalog",
        "INSERT INTO outbox (topic, partition, key, event_id, headers, payload) VALUES ($1, 0, $2, $3, '{}', '')",
        *("nowhere", str(event_id), event_id),
    )
    try:
        assert await _found(system, "events waiting in an outbox") == [f"catalog: nowhere {event_id}"]
    finally:
        await system.rows("catalog", "DELETE FROM outbox WHERE event_id = $1", event_id)


async def test_what_is_in_flight_is_no_fault(system: System, shop: Shop) -> None:
    """Verified while a shopper orders: an auditor who cries wolf is not asked again."""
    store = await shop.open_store()
    sku = await shop.stock(store, 100)
    for _ in range(20):
        await shop.place(store, sku)
    report = await system.verify()
    assert report.wrong == 0, str(report)


async def _found(system: System, check: str) -> list[str]:
    report = await system.verify(patience_s=0.1, pause_s=0.2)
    return list(report.of(check).wrong.values())


@asynccontextmanager
async def _planted(system: System, fault: Fault, where: str) -> AsyncIterator[None]:
    """The rows as they were are put back afterwards."""
    connection = await asyncpg.connect(system.stack.databases.url(f"lintel_{fault.service}"))
    try:
        rows = await connection.fetch(f"SELECT to_jsonb(t) AS row FROM {fault.table} t WHERE {where}")
        assert rows
        do = f"UPDATE {fault.table} SET {fault.do}" if fault.do else f"DELETE FROM {fault.table}"
        await connection.execute(f"{do} WHERE {where}")
        yield
        await connection.execute(f"DELETE FROM {fault.table} WHERE {where}")
        back = f"INSERT INTO {fault.table} SELECT (jsonb_populate_recordset(NULL::{fault.table}, $1)).*"
        await connection.execute(back, json.dumps([json.loads(row["row"]) for row in rows]))
    finally:
        await connection.close()
