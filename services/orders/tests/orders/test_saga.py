"""The saga as orders keeps it: answers move orders, once, and what is published follows the state machine."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lintel_chassis.worker.deadlines import Due
from lintel_contracts.inventory_reservations import ReservedLine, ShortLine, StockReservationRejected, StockReserved
from lintel_contracts.orders_orders import EndReason, HandedOverLine
from lintel_contracts.pickup_pickups import (
    LineShortPicked,
    PickupCancelled,
    PickupHandedOver,
    PickupReady,
    PickupSlotBooked,
    PickupSlotRejected,
    SlotRejectionReason,
)
from lintel_contracts.values import Window
from lintel_events.log.context import Context
from lintel_orders.handlers import OrderOnLog
from lintel_orders.orders.saga import DEADLINE
from lintel_orders.orders.worker import give_up
from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


def reserved(order_id: str) -> StockReserved:
    return StockReserved(order_id=order_id, store_code="S1", lines=(ReservedLine(sku="EGGS", quantity=2),))


def booked(order_id: str) -> PickupSlotBooked:
    window = Window(starts_at=AT, ends_at=AT + timedelta(minutes=30))
    return PickupSlotBooked(order_id=order_id, store_code="S1", slot_id="slot", slot=window)


def handed_over(order_id: str) -> PickupHandedOver:
    lines = (HandedOverLine(line_id="1", sku="EGGS", quantity=2),)
    return PickupHandedOver(order_id=order_id, store_code="S1", lines=lines, handed_over_at=AT)


async def placed(orders: Orders) -> str:
    return str((await orders.place()).json()["id"])


async def shown(orders: Orders, order_id: str) -> dict[str, Any]:
    return dict((await orders.client.get(f"/v1/orders/{order_id}", headers=orders.token())).json())


async def types(orders: Orders) -> list[str]:
    return [event["type"].split(".")[1] for event in await orders.published()]


async def test_both_answers_confirm(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(reserved(order_id))
    assert (await shown(orders, order_id))["status"] == "placed"
    await orders.deliver(booked(order_id))
    order = await shown(orders, order_id)
    assert order["status"] == "confirmed"
    assert order["fulfilment"]["slot"]["slot_id"] == "slot"
    assert await types(orders) == ["OrderPlaced", "OrderConfirmed"]


async def test_sequences_of_an_order_have_no_gaps(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(reserved(order_id), booked(order_id), handed_over(order_id))
    sequences = [event["sequence"] for event in await orders.published()]
    assert sequences == ["0001-000000000001", "0001-000000000002", "0001-000000000003"]


@pytest.mark.parametrize("answer_first", [True, False])
async def test_a_no_rejects_whatever_comes_after(orders: Orders, answer_first: bool) -> None:  # noqa: FBT001
    order_id = await placed(orders)
    short = ShortLine(sku="EGGS", requested=2, available=1)
    no = StockReservationRejected(order_id=order_id, store_code="S1", short_lines=(short,))
    await orders.deliver(*([booked(order_id), no] if answer_first else [no, booked(order_id)]))
    order = await shown(orders, order_id)
    assert (order["status"], order["status_reason"]) == ("rejected", "out_of_stock")
    assert await types(orders) == ["OrderPlaced", "OrderRejected"]


async def test_a_full_slot_rejects(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(PickupSlotRejected(order_id=order_id, store_code="S1", reason=SlotRejectionReason.SLOT_FULL))
    assert (await shown(orders, order_id))["status_reason"] == "slot_full"


async def test_the_deadline_starts_when_the_order_is_read_back_and_ends_with_the_answers(orders: Orders) -> None:
    """While the log is away nobody can answer, so the clock must not run."""
    order_id = await placed(orders)
    due = "SELECT count(*) FROM deadlines WHERE kind = $1 AND key = $2"
    assert await orders.pool.fetchval(due, DEADLINE, order_id) == 0
    event = OrderOnLog.model_validate((await orders.published())[0]["data"])
    await orders.deliver(event)
    assert await orders.pool.fetchval(due, DEADLINE, order_id) == 1
    cause = "SELECT context->>'causation_id' FROM deadlines WHERE key = $1"
    assert await orders.pool.fetchval(cause, order_id) == "cause-0", "what follows names the order's own beginning"
    await orders.deliver(reserved(order_id), booked(order_id))
    assert await orders.pool.fetchval(due, DEADLINE, order_id) == 0


async def test_past_the_deadline_the_order_is_rejected_and_a_late_answer_changes_nothing(orders: Orders) -> None:
    order_id = await placed(orders)
    async with orders.units(Context("test")) as unit:
        await give_up(unit, [Due(order_id, AT, Context("cause"))], AT)
    await orders.deliver(reserved(order_id), booked(order_id))
    order = await shown(orders, order_id)
    assert (order["status"], order["status_reason"]) == ("rejected", "deadline")
    assert await types(orders) == ["OrderPlaced", "OrderRejected"]


async def test_a_confirmed_order_survives_its_deadline(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(reserved(order_id), booked(order_id))
    async with orders.units(Context("test")) as unit:
        await give_up(unit, [Due(order_id, AT, Context("cause"))], AT)
    assert (await shown(orders, order_id))["status"] == "confirmed"


async def test_cancelling_a_placed_order_ends_it(orders: Orders) -> None:
    order_id = await placed(orders)
    answer = await orders.client.post(f"/v1/orders/{order_id}/cancel", json={"reason": "x"}, headers=orders.token())
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["status_reason"]) == ("cancelled", "shopper")
    assert await types(orders) == ["OrderPlaced", "OrderCancelled"]


async def test_cancelling_a_confirmed_order_waits_for_the_store(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(reserved(order_id), booked(order_id))
    associate = orders.token("a1", "associate", "S1")
    answer = await orders.client.post(f"/v1/orders/{order_id}/cancel", json={"reason": "x"}, headers=associate)
    assert answer.status_code == 202
    assert answer.json()["status"] == "cancelling"
    await orders.deliver(PickupCancelled(order_id=order_id, store_code="S1", reason=EndReason.STORE, cancelled_at=AT))
    assert (await shown(orders, order_id))["status_reason"] == "store"
    assert await types(orders) == ["OrderPlaced", "OrderConfirmed", "OrderCancelRequested", "OrderCancelled"]


async def test_a_hand_over_beats_the_cancellation_it_crossed(orders: Orders) -> None:
    order_id = await placed(orders)
    await orders.deliver(reserved(order_id), booked(order_id))
    await orders.client.post(f"/v1/orders/{order_id}/cancel", json={"reason": "x"}, headers=orders.token())
    await orders.deliver(handed_over(order_id))
    assert (await shown(orders, order_id))["status"] == "completed"


async def test_a_batch_moves_many_orders_and_a_foreign_one_is_no_matter(orders: Orders) -> None:
    order_ids = [await placed(orders) for _ in range(5)]
    answers = [event for order_id in [*order_ids, "foreign"] for event in (reserved(order_id), booked(order_id))]
    await orders.deliver(*answers)
    assert {(await shown(orders, order_id))["status"] for order_id in order_ids} == {"confirmed"}


async def test_what_was_picked_and_handed_over_is_shown_by_line(orders: Orders) -> None:
    order_id = await placed(orders)
    short = LineShortPicked(order_id=order_id, store_code="S1", line_id="1", sku="EGGS", ordered=2, picked=1)
    ready = PickupReady(
        order_id=order_id,
        store_code="S1",
        lines=(HandedOverLine(line_id="1", sku="EGGS", quantity=1),),
        ready_at=AT,
        collect_by=AT + timedelta(days=3),
    )
    await orders.deliver(reserved(order_id), booked(order_id), short, ready)
    order = await shown(orders, order_id)
    assert order["status"] == "ready"
    assert order["lines"][0]["picked"] == 1
    assert order["collect_by"] == "2026-11-24T19:00:00Z"


async def test_prefer_wait_answers_when_the_order_is_confirmed(orders: Orders) -> None:
    """The page shows `confirmed` without polling."""
    waiting = asyncio.create_task(orders.place("w", orders.token() | {"Prefer": "wait=10"}))
    while not (announced := await orders.published()):
        await asyncio.sleep(0.02)
    order_id = announced[0]["subject"]
    await orders.deliver(reserved(order_id), booked(order_id))
    answer = await waiting
    assert answer.status_code == 201
    assert answer.json()["status"] == "confirmed"


async def test_following_an_order_ends_with_the_time_given(orders: Orders) -> None:
    order_id = await placed(orders)
    answer = await orders.client.get(f"/v1/orders/{order_id}?wait=confirmed&timeout_s=0.3", headers=orders.token())
    assert answer.json()["status"] == "placed"
