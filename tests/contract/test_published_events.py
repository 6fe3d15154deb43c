"""What a running system puts on the log is what the committed schemas promise."""

import asyncio
import json
import os
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from lintel_contracts import EVENTS
from lintel_contracts.examples import add_examples, examples_of, shown
from lintel_contracts.schemas import SCHEMAS
from tests.system.lives import TOPICS, check_life
from tests.system.log import BROKEN, Record
from tests.system.running import System
from tests.system.shop import Order, Shop, fresh

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
async def published(system: System) -> list[Record]:
    """All that is on the log after everything has happened that can."""
    shop = system.shop
    store = await shop.open_store()
    await asyncio.gather(
        _collect(shop, store),
        _cancel(shop, store),
        _refuse(shop, store),
        _miss(shop),
        _sell_out_of_hand(shop, store),
        _forget(shop),
    )
    await system.quiet()
    records = [record for record in await system.log.read() if not record.topic.endswith(".dead")]
    return [record for record in records if record.value and not record.key.startswith(BROKEN)]


async def _collect(shop: Shop, store: str) -> None:
    """An order short of one piece, with another product in its place, is paid, come for and handed over."""
    sku, other = await shop.stock(store, 5), await shop.stock(store, 5)
    order = await shop.confirmed(store, sku, 3, payment={"method": "pay_in_store"})
    code = await shop.code(order["id"])
    line = {"line_id": order["lines"][0]["line_id"], "picked": 1, "substitute": {"sku": other, "quantity": 1}}
    assert (await shop.work(order, "start")).is_success
    assert (await shop.work(order, "pick", {"lines": [line]})).is_success
    assert (await shop.work(order, "ready", {"staging_location": "A1"})).is_success
    assert (await shop.work(order, "arrive", {"method": "desk"})).is_success
    assert (await shop.sell(store, sku, 3, "4.50", order_id=order["id"])).is_success
    while (await shop.work(order, "hand-over", {"code": code})).status_code == 409:
        await asyncio.sleep(0.05)
    assert (await shop.order(order["id"], wait="completed"))["status"] == "completed"


async def _cancel(shop: Shop, store: str) -> None:
    order = await shop.confirmed(store, await shop.stock(store, 1))
    await shop.cancel(order["id"])
    assert (await shop.order(order["id"], wait="cancelled"))["status"] == "cancelled"


async def _refuse(shop: Shop, store: str) -> None:
    """Inventory has none of it; pickup has no such slot."""
    sku = await shop.stock(store, 1)
    assert (await _rejected(shop, store, sku, 2))["status_reason"] == "out_of_stock"
    nowhere = {"type": "pickup", "store_code": store, "slot_id": "never"}
    assert (await _rejected(shop, store, sku, 1, fulfilment=nowhere))["status"] == "rejected"


async def _rejected(shop: Shop, store: str, sku: str, quantity: int, **changed: Any) -> Order:
    order: Order = (await shop.place(store, sku, quantity, wait_s=20, **changed)).json()
    return order


async def _miss(shop: Shop) -> None:
    """Nobody comes."""
    store = await shop.open_store(hold_for="PT1S")
    order = await shop.confirmed(store, await shop.stock(store, 1))
    await shop.make_ready(order)
    assert (await shop.order(order["id"], wait="expired"))["status"] == "expired"


async def _sell_out_of_hand(shop: Shop, store: str) -> None:
    """The till sells what was promised to an order."""
    sku = await shop.stock(store, 1)
    await shop.confirmed(store, sku)
    assert (await shop.sell(store, sku)).is_success


async def _forget(shop: Shop) -> None:
    """Orders has met them, and forgets them again."""
    me, somebody = "/v1/customers/me", shop.auth("shopper", fresh("somebody"))
    assert (await shop.client.put(me, headers=somebody)).is_success
    assert (await shop.client.delete(me, headers=somebody)).is_success


def test_every_declared_event_is_really_published(published: list[Record]) -> None:
    """A contract that nobody keeps misleads its readers."""
    assert {record.event["type"] for record in published} == set(EVENTS)


def test_every_event_is_as_its_committed_schema_says(published: list[Record]) -> None:
    """Programs of others were generated from these files."""
    schemas = {name: json.loads((SCHEMAS / f"{name}.json").read_text()) for name in EVENTS}
    validators = {name: Draft202012Validator(schema) for name, schema in schemas.items()}
    wrong = [
        f"{event['type']}: {fault.json_path} {fault.message}"
        for event in (record.event for record in published)
        for fault in validators[event["type"]].iter_errors(event["data"])
    ]
    assert wrong == []


def test_the_cloudevents_sdk_reads_every_record(published: list[Record]) -> None:
    """An independent reader of the envelope, headers and all."""
    for record in published:
        message = KafkaMessage(record.headers, record.key.encode(), record.value or b"")
        event = from_structured_event(message, JSONFormat())
        assert event.get_subject() == record.key
        assert not [name for name in record.headers if name.startswith("ce_")]


def test_every_event_is_on_its_topic(published: list[Record]) -> None:
    assert {(record.event["type"], record.topic) for record in published} == {
        (name, event.topic.name) for name, event in EVENTS.items()
    }


def test_the_examples_show_all_that_a_running_system_writes(published: list[Record]) -> None:
    """Whoever builds a reader tries it on them; with LINTEL_WRITE_DOCS set, what is missing is added."""
    if os.environ.get("LINTEL_WRITE_DOCS"):
        add_examples((record.topic, record.event) for record in published)
    known = {(name, where) for name in EVENTS for example in examples_of(name) for where, _ in shown(example["data"])}
    written = {
        (event["type"], where) for event in (record.event for record in published) for where, _ in shown(event["data"])
    }
    assert written <= known, "run `make examples` and commit what it adds"


async def test_every_order_lived_by_the_state_machine(system: System, published: list[Record]) -> None:
    """Of all orders of this run, whatever happened to them."""
    lives = await system.log.events(*TOPICS)
    assert len(lives) >= len({record.key for record in published if record.topic == "orders.orders"}) > 0
    for events in lives.values():
        check_life(events)
