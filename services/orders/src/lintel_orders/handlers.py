"""What orders does on hearing others: copies for pricing, and the saga."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, assert_never

from lintel_chassis.clock import utc_now
from lintel_chassis.worker.deadlines import clear_deadlines, set_deadlines
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.geo_stores import StoreChanged
from lintel_contracts.inventory_reservations import StockReservationRejected, StockReserved
from lintel_contracts.orders_orders import EndReason, OrderEvent, OrderPlaced
from lintel_contracts.pickup_pickups import (
    LineShortPicked,
    LineSubstituted,
    PickupCancelled,
    PickupExpired,
    PickupHandedOver,
    PickupReady,
    PickupSlotBooked,
    PickupSlotRejected,
)
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.context import Context
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders import repository
from lintel_orders.commands.saga import SAGA, SAGA_TAKES
from lintel_orders.domain.order import Order, Status, Step
from lintel_orders.repository import Changed

_Answer = (
    StockReserved | StockReservationRejected | PickupSlotBooked | PickupSlotRejected | PickupReady | LineShortPicked
    | LineSubstituted | PickupHandedOver | PickupCancelled | PickupExpired
)  # fmt: skip


class OrderHeardBack(OrderEvent):
    """OrderPlaced as far as orders itself reads it back: that it is on the log."""

    type: ClassVar = OrderPlaced.type


async def advance(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]], saga_takes: timedelta) -> None:
    """Move every order that was heard of, in the order of what was heard; one lock, one write."""
    at = utc_now()
    before = await repository.lock_all(unit, (delivery.event.order_id for delivery in deliveries))
    changes = {order_id: Changed(order) for order_id, order in before.items()}
    heard_back: dict[str, Context] = {}
    for delivery in deliveries:
        if (change := changes.get(delivery.event.order_id)) is None:
            continue
        if isinstance(delivery.event, OrderHeardBack):
            heard_back[delivery.event.order_id] = delivery.context
            continue
        change.order, events = _react(change.order, delivery.event, at)
        change.events.extend((event, delivery.context) for event in events)
    undecided = {order_id for order_id, change in changes.items() if change.order.status is Status.PLACED}
    decided = {order_id for order_id in before.keys() - undecided if before[order_id].status is Status.PLACED}
    set_deadlines(unit, SAGA, dict.fromkeys(heard_back.keys() & undecided, at + saga_takes), heard_back)
    clear_deadlines(unit, SAGA, decided)
    repository.save(unit, (change for order_id, change in changes.items() if change.order is not before[order_id]))


def _react(order: Order, event: _Answer, at: datetime) -> Step:  # noqa: C901, PLR0911 - a case for each fact
    match event:
        case StockReserved():
            return order.reserve(at)
        case StockReservationRejected():
            return order.reject(EndReason.OUT_OF_STOCK, at)
        case PickupSlotBooked():
            return order.book(event.slot_id, event.slot, at)
        case PickupSlotRejected():
            return order.reject(EndReason(event.reason), at)
        case LineShortPicked():
            return order.note(event.line_id, picked=event.picked), ()
        case LineSubstituted():
            substitute = {"sku": event.substitute_sku, "quantity": event.quantity}
            return order.note(event.line_id, substitutes=[substitute]), ()
        case PickupReady():
            return order.become_ready(event.lines, event.ready_at, event.collect_by)
        case PickupHandedOver():
            return order.complete(event.lines, event.handed_over_at)
        case PickupCancelled():
            return order.end_cancelled(event.reason, event.cancelled_at)
        case PickupExpired():
            return order.expire(event.expired_at)
        case _:
            assert_never(event)


def handlers(saga_takes: timedelta) -> tuple[Handler, ...]:
    return (
        mirror_of(ProductChanged, PricesChanged, StoreChanged),
        Handler(
            (
                OrderHeardBack, StockReserved, StockReservationRejected, PickupSlotBooked, PickupSlotRejected,
                PickupReady, LineShortPicked, LineSubstituted, PickupHandedOver, PickupCancelled, PickupExpired,
            ),
            partial(advance, saga_takes=saga_takes),
        ),
    )  # fmt: skip


HANDLERS = handlers(SAGA_TAKES)
