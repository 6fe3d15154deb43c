"""What becomes of an order when another service says something of it."""

from datetime import datetime
from typing import assert_never

from lintel_contracts.inventory_reservations import StockReservationRejected, StockReserved
from lintel_contracts.orders_orders import EndReason
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
from lintel_orders.orders import saga
from lintel_orders.orders.domain import Order, Transition

Answer = (
    StockReserved | StockReservationRejected | PickupSlotBooked | PickupSlotRejected | PickupReady | LineShortPicked
    | LineSubstituted | PickupHandedOver | PickupCancelled | PickupExpired
)  # fmt: skip


def react(order: Order, event: Answer, at: datetime) -> Transition:  # noqa: C901, PLR0911 - a case for each fact
    match event:
        case StockReserved():
            return saga.reserve(order, at)
        case StockReservationRejected():
            return saga.reject(order, EndReason.OUT_OF_STOCK, at)
        case PickupSlotBooked():
            return saga.book(order, event.slot_id, event.slot, at)
        case PickupSlotRejected():
            return saga.reject(order, EndReason(event.reason), at)
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
