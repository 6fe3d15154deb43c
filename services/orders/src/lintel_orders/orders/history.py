"""An order read back from its own events: where the state was lost and the facts were not.

Nothing is decided here: what has happened is taken as it is.
"""

from dataclasses import replace
from typing import assert_never

from lintel_contracts.orders_orders import (
    EndReason,
    HandedOverLine,
    OrderCancelled,
    OrderCancelRequested,
    OrderCompleted,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderReady,
    OrderRejected,
    PaymentMethod,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_contracts.pickup_pickups import PickupReady, PickupSlotBooked
from lintel_contracts.values import Money
from lintel_orders.orders.domain import Order, Participant, PaymentStatus, Status

OwnFact = (
    OrderPlaced | OrderConfirmed | OrderReady | OrderCancelRequested | OrderRejected | OrderCancelled | OrderExpired
    | OrderCompleted | PaymentCaptured
)  # fmt: skip


def opened(placed: OrderPlaced) -> Order:
    """The order as its first fact has it."""
    elsewhere = placed.payment_method is PaymentMethod.EXTERNAL
    return Order(
        id=placed.order_id,
        owner=placed.owner,
        store_code=placed.store_code,
        status=Status.PLACED,
        total=placed.total,
        paid=placed.total if elsewhere else Money.zero(placed.total.currency),
        payment_method=placed.payment_method,
        payment_status=PaymentStatus.EXTERNAL if elsewhere else PaymentStatus.NONE,
        placed_at=placed.placed_at,
        slot_id=placed.slot_id,
        sequence=1,
    )


def after(order: Order, fact: OwnFact) -> Order:  # noqa: PLR0911 - a case for each fact
    """The order after the next of its facts, but for its sequence."""
    match fact:
        case OrderPlaced():
            return order
        case OrderConfirmed():
            confirmed = replace(order, status=Status.CONFIRMED, confirmed_at=fact.confirmed_at)
            return replace(confirmed, answers=frozenset(Participant), slot=fact.slot)
        case OrderReady():
            return replace(order, status=Status.READY, ready_at=fact.ready_at, collect_by=fact.collect_by)
        case OrderCancelRequested():
            return replace(order, status=Status.CANCELLING, status_reason=fact.reason)
        case OrderRejected():
            return order.ended(Status.REJECTED, fact.reason, fact.rejected_at)
        case OrderCancelled():
            return order.ended(Status.CANCELLED, fact.reason, fact.cancelled_at)
        case OrderExpired():
            return order.ended(Status.EXPIRED, EndReason.NO_SHOW, fact.expired_at)
        case OrderCompleted():
            return _noted(order, fact.lines, "handed_over").ended(Status.COMPLETED, None, fact.completed_at)
        case PaymentCaptured():
            status = PaymentStatus.CAPTURED if fact.paid_in_full else order.payment_status
            return replace(order, paid=order.paid + fact.amount, payment_status=status)
        case _:
            assert_never(fact)


def with_pickup_fact(order: Order, fact: PickupSlotBooked | PickupReady) -> Order:
    """With what only pickup's facts say of an order that has gone on since."""
    match fact:
        case PickupSlotBooked():
            return replace(order, slot_id=fact.slot_id) if fact.slot == order.slot else order
        case PickupReady():
            return _noted(order, fact.lines, "picked") if order.ready_at else order
        case _:
            assert_never(fact)


def _noted(order: Order, lines: tuple[HandedOverLine, ...], what: str) -> Order:
    for line in lines:
        order = order.note(line.line_id, **{what: line.quantity})
    return order
