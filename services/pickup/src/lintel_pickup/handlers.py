"""What pickup does when it reads others: copies of stores, bookings and their ends, payments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lintel_chassis.clock import utc_now
from lintel_chassis.worker.erasure import forgetting
from lintel_contracts.geo_stores import StoreChanged
from lintel_contracts.orders_orders import (
    OrderCancelled,
    OrderCancelRequested,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRejected,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.counter.code import new_nonce
from lintel_pickup.pickups import store as pickups
from lintel_pickup.pickups.domain.pickup import ENDS, Pickup, Status
from lintel_pickup.pickups.reactions import react
from lintel_pickup.slots import store as slots


async def follow_orders(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
    await move_pickups(unit, deliveries, utc_now())


async def move_pickups(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]], at: datetime) -> None:
    """Let every pickup take its events in their order: lock pickups, then stores, each in key order."""
    before = await pickups.lock_all(unit, (delivery.event.order_id for delivery in deliveries))
    stores = _stores(deliveries, before)
    since = min((at, *(p.slot.starts_at for p in before.values() if p.slot and p.status not in ENDS)))
    books = await slots.lock_books(unit, stores, at, since) if stores else {}
    now = dict(before)
    for delivery in deliveries:
        order_id = delivery.event.order_id
        known = now.get(order_id)
        transition = react(known, delivery.event, books, new_nonce(), at)
        if transition is None or transition[0] is known:
            continue
        save = pickups.save if order_id in before else pickups.add
        now[order_id] = after = save(unit, *transition, cause=delivery.context)
        if after.status is Status.CANCELLED and after.slot is not None:
            books[after.store_code].release(after.slot.starts_at)
    slots.save_books(unit, books.values())


def _stores(deliveries: Sequence[Delivery[Any]], before: Mapping[str, Pickup]) -> set[str]:
    """Where places may be taken or given back."""
    events = [delivery.event for delivery in deliveries]
    booking = {event.store_code for event in events if isinstance(event, OrderPlaced) and event.order_id not in before}
    ending = {event.order_id for event in events if not isinstance(event, OrderPlaced | OrderConfirmed)}
    return booking | {before[key].store_code for key in ending & before.keys() if before[key].status not in ENDS}


async def note_payments(unit: UnitOfWork, deliveries: Sequence[Delivery[PaymentCaptured]]) -> None:
    """Of orders paid in full; kept apart from pickups, which may be read later."""
    for delivery in deliveries:
        if delivery.event.paid_in_full:
            pickups.add_payment(unit, delivery.event.order_id, delivery.event.store_code)


HANDLERS = (
    mirror_of(StoreChanged),
    Handler(
        (OrderPlaced, OrderConfirmed, OrderCancelRequested, OrderRejected, OrderCancelled, OrderExpired), follow_orders
    ),
    Handler((PaymentCaptured,), note_payments),
    forgetting(pickups.FORGET),
)
