"""What the log proves wrong is found, on real PostgreSQL and Kafka, and nothing is found where nothing is."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from confluent_kafka import Producer

from lintel_events.log.topics import apply_topics, declared_topics
from lintel_local.kafka import Kafka
from lintel_local.verify import Report, verify

NewDatabase = Callable[[str], Awaitable[str]]

pytestmark = pytest.mark.integration

SKU = "MILK"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """The checker reads whole topics: those of the other tests are no business of these."""
    kafka = Kafka(tmp_path_factory.mktemp("kafka"))
    kafka.start()
    yield kafka
    kafka.stop()


@dataclass
class Shop:
    """Writes books and log as the services would, at a store of its own."""

    databases: dict[str, str]
    bootstrap: str
    store: str = field(default_factory=lambda: f"S-{uuid4().hex[:8]}")
    minutes: int = 0

    def later(self) -> datetime:
        self.minutes += 1
        return NOON + timedelta(minutes=self.minutes)

    async def sql(self, service: str, statement: str, *arguments: object) -> None:
        connection = await asyncpg.connect(self.databases[service])
        await connection.execute(statement, *arguments)
        await connection.close()

    def publish(self, name: str, subject: str, **data: Any) -> None:
        service, topic = TOPICS[name]
        event = {
            "id": str(uuid4()),
            "type": f"{service}.{name}.v1",
            "subject": subject,
            "time": "2026-03-02T12:00:00Z",
            "sequence": "0001-000000000001",
            "data": {"store_code": self.store, **data},
        }
        producer = Producer({"bootstrap.servers": self.bootstrap})
        producer.produce(topic, json.dumps(event), subject)
        assert producer.flush(10) == 0

    async def receive(self, quantity: int) -> None:
        await self.move("receipt", quantity)

    async def move(self, kind: str, delta: int) -> None:
        at = self.later()
        await self.sql(
            "inventory",
            """INSERT INTO movements (store_code, id, sku, kind, quantity, on_hand_delta, unsellable_delta, reason,
               occurred_at, recorded_at, absorbed) VALUES ($1, $2, $3, $4, $5, $6, 0, 'test', $7, $7, false)""",
            *(self.store, str(uuid4()), SKU, kind, abs(delta), delta, at),
        )
        await self.sql(
            "inventory",
            """INSERT INTO stock_positions
               (store_code, sku, on_hand, unsellable, reserved, safety_stock, sequence, updated_at)
               VALUES ($1, $2, $3, 0, 0, 0, 1, $4)
               ON CONFLICT (store_code, sku) DO UPDATE SET on_hand = stock_positions.on_hand + excluded.on_hand""",
            *(self.store, SKU, delta, at),
        )

    async def reserve_in_books(self, order_id: str, quantity: int) -> None:
        at = self.later()
        await self.sql(
            "inventory",
            """INSERT INTO reservations (store_code, order_id, status, sequence, opened_at)
               VALUES ($1, $2, 'active', 1, $3)""",
            *(self.store, order_id, at),
        )
        await self.sql(
            "inventory",
            """INSERT INTO reservation_lines (store_code, order_id, sku, quantity, reserved_at)
               VALUES ($1, $2, $3, $4, $5)""",
            *(self.store, order_id, SKU, quantity, at),
        )
        await self.sql(
            "inventory",
            "UPDATE stock_positions SET reserved = reserved + $3 WHERE store_code = $1 AND sku = $2",
            *(self.store, SKU, quantity),
        )

    def reserve_in_log(self, order_id: str, quantity: int) -> None:
        self.publish("StockReserved", order_id, order_id=order_id, lines=[{"sku": SKU, "quantity": quantity}])

    async def confirmed(self, quantity: int, *, slot: bool = True) -> str:
        """An order as it should be."""
        order_id = str(uuid4())
        await self.reserve_in_books(order_id, quantity)
        self.reserve_in_log(order_id, quantity)
        if slot:
            self.publish("PickupSlotBooked", order_id, slot_id=f"{self.store}@noon")
        self.publish("OrderPlaced", order_id)
        self.publish("OrderConfirmed", order_id)
        await self.order_row(order_id, "confirmed")
        return order_id

    async def order_row(self, order_id: str, status: str) -> None:
        at = self.later()
        await self.sql(
            "orders",
            """INSERT INTO orders (id, number, owner, channel, store_code, content, currency, total, paid,
               payment_method, payment_status, status, stock_reserved, placed_at, confirmed_at, sequence)
               VALUES ($1, $1, NULL, 'web', $2, '{}', 'USD', 1, 0, 'pay_in_store', 'none', $3, true, $4, $5, 2)""",
            *(order_id, self.store, status, at, at if status != "placed" else None),
        )

    async def verdict(self) -> Report:
        return await verify(self.databases, self.bootstrap, whole_log=True, patience_s=0, pause_s=0)


TOPICS = {
    "StockReserved": ("inventory", "inventory.reservations"),
    "StockDiscrepancyFound": ("inventory", "inventory.incidents"),
    "PickupSlotBooked": ("pickup", "pickup.pickups"),
    "OrderPlaced": ("orders", "orders.orders"),
    "OrderConfirmed": ("orders", "orders.orders"),
    "OrderRejected": ("orders", "orders.orders"),
    "OrderCancelled": ("orders", "orders.orders"),
    "SaleRecorded": ("orders", "orders.sales"),
}


@pytest.fixture(scope="module")
async def shared(own_broker: Kafka, new_database: NewDatabase) -> tuple[dict[str, str], str]:
    await apply_topics(own_broker.bootstrap, declared_topics())
    services = ("inventory", "orders", "pickup")
    return {service: await new_database(f"lintel_{service}") for service in services}, own_broker.bootstrap


@pytest.fixture
def shop(shared: tuple[dict[str, str], str]) -> Shop:
    return Shop(*shared)


def oversold(shop: Shop, report: Report) -> list[str]:
    """Of this shop alone; the databases and the log are those of all tests here."""
    return [said for said in report.of("oversold").wrong if shop.store in said]


PROVEN_BY_THE_LOG = (
    "oversold",
    "positions below zero without an incident",
    "books unlike the log",
    "orders unlike the log",
    "dead letters left open",
    "slots beyond their capacity",
)
"""The others have tests of their own; the rows here are only as whole as these need them."""


def complaints(shop: Shop, report: Report, *order_ids: str) -> list[str]:
    wrong = [said for check in PROVEN_BY_THE_LOG for said in report.of(check).wrong]
    return [said for said in wrong if shop.store in said or any(order in said for order in order_ids)]


async def test_selling_out_to_the_last_piece_is_fine(shop: Shop) -> None:
    """A checker that cries wolf is switched off."""
    await shop.receive(3)
    orders = [await shop.confirmed(2), await shop.confirmed(1)]
    verdict = await shop.verdict()
    assert oversold(shop, verdict) == []
    assert complaints(shop, verdict, *orders) == []


async def test_one_planted_oversell_is_caught(shop: Shop) -> None:
    """Three pieces, promised twice two: one is too many, in the books as in the log."""
    await shop.receive(3)
    await shop.confirmed(2)
    await shop.confirmed(2)
    verdict = await shop.verdict()
    assert oversold(shop, verdict) == [f"1 of {SKU} in {shop.store}"]


async def test_an_oversell_that_the_books_hide_is_caught_in_the_log(shop: Shop) -> None:
    """The log has a promise that no row keeps."""
    await shop.receive(1)
    await shop.confirmed(1)
    shop.reserve_in_log(str(uuid4()), 1)
    verdict = await shop.verdict()
    assert oversold(shop, verdict) == [f"1 of {SKU} in {shop.store}"]


async def test_an_oversell_that_a_later_delivery_covers_is_caught(shop: Shop) -> None:
    """In the end it adds up; at the moment of the promise it did not."""
    await shop.receive(1)
    await shop.confirmed(2)
    await shop.receive(5)
    assert oversold(shop, await shop.verdict()) == [f"1 of {SKU} in {shop.store}"]


async def test_a_sale_below_zero_is_no_oversell_but_needs_its_incident(shop: Shop) -> None:
    """What a till sold is a fact; that a promise is now in danger must be said by somebody."""
    await shop.receive(1)
    await shop.confirmed(1)
    await shop.move("sale", -1)
    shop.publish("SaleRecorded", str(uuid4()), lines=[{"line_id": "1", "sku": SKU, "quantity": 1}])
    silent = await shop.verdict()
    assert oversold(shop, silent) == []
    assert complaints(shop, silent) == [f"{SKU} in {shop.store} is 1 below zero and no incident says why"]
    shop.publish("StockDiscrepancyFound", f"{shop.store}|{SKU}", sku=SKU)
    assert complaints(shop, await shop.verdict()) == []


async def test_books_that_differ_from_the_log_are_named(shop: Shop) -> None:
    """A row that no event speaks of is as wrong as an event without its row."""
    await shop.receive(5)
    await shop.reserve_in_books(str(uuid4()), 2)
    assert complaints(shop, await shop.verdict()) == [f"{SKU} in {shop.store}: the books have 3 free, the log says 5"]


async def test_a_confirmed_order_without_its_slot_is_named(shop: Shop) -> None:
    """A promise of goods is one of a time too."""
    await shop.receive(1)
    order_id = await shop.confirmed(1, slot=False)
    assert complaints(shop, await shop.verdict(), order_id) == [f"order {order_id} was confirmed without a slot"]


async def test_an_order_that_nobody_decides_is_named(shop: Shop) -> None:
    """Every order has an end or somebody who works on it."""
    order_id = str(uuid4())
    shop.publish("OrderPlaced", order_id)
    await shop.order_row(order_id, "placed")
    assert complaints(shop, await shop.verdict(), order_id) == [f"order {order_id} is still placed"]


async def test_an_order_with_two_ends_is_named(shop: Shop) -> None:
    """An order has exactly one."""
    order_id = str(uuid4())
    for name in ("OrderPlaced", "OrderRejected", "OrderCancelled"):
        shop.publish(name, order_id)
    await shop.order_row(order_id, "cancelled")
    verdict = await shop.verdict()
    ended_twice = f"order {order_id} ended more than once: OrderPlaced, OrderRejected, OrderCancelled"
    assert ended_twice in complaints(shop, verdict, order_id)


async def test_a_dead_letter_is_named_until_somebody_deals_with_it(shop: Shop) -> None:
    """What a service could not apply is missing somewhere, whatever else adds up."""
    producer = Producer({"bootstrap.servers": shop.bootstrap})
    producer.produce("pickup.dead", json.dumps({"error": f"KeyError: {shop.store}"}), shop.store)
    assert producer.flush(10) == 0
    assert complaints(shop, await shop.verdict()) == [f"KeyError: {shop.store} in pickup.dead"]
    producer.produce("pickup.dead", None, shop.store)
    assert producer.flush(10) == 0
    assert complaints(shop, await shop.verdict()) == []


async def test_a_slot_with_more_pickups_than_places_is_named(shop: Shop) -> None:
    """Counted from the pickups, whatever pickup's own counter says."""
    await shop.sql(
        "pickup",
        """INSERT INTO policies (store_code, slot_length, slot_capacity, lead_time, hold_for, remind_after)
           VALUES ($1, '30 min', 1, '0', '3 days', '1 day')""",
        shop.store,
    )
    for _ in range(2):
        await shop.sql(
            "pickup",
            """INSERT INTO pickups (order_id, store_code, status, slot_starts_at, lines, attempts, sequence)
               VALUES ($1, $2, 'scheduled', $3, '[]', 0, 1)""",
            *(str(uuid4()), shop.store, NOON),
        )
    assert complaints(shop, await shop.verdict()) == [f"{shop.store} Mon 12:00 has 2 bookings for 1 places"]


def test_the_checker_loads_no_code_of_the_services() -> None:
    """It would otherwise share their mistakes."""
    script = "import sys, lintel_local.verify; print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - ourselves
    assert [name for name in loaded if name.startswith("lintel_")] == ["lintel_local"]
