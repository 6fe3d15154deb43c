"""The saga of an order, from placed to confirmed: whom it waits for, what they may answer, how long, and how it ends.

    placed    every participant works at the same time, and answers once
              inventory   StockReserved          | StockReservationRejected    (participant: stock)
              pickup      PickupSlotBooked       | PickupSlotRejected          (participant: slot)
    all yes   -> confirmed   OrderConfirmed: pickup may start; from here on it alone ends the order
    any no    -> rejected    OrderRejected with the reason; whoever said yes hears of it and lets go
    deadline  -> rejected    as above; it runs from the moment orders reads its own OrderPlaced back from the log, and
                             fires only while its consumer has read everything that was there by then
    cancelled -> cancelled   at once, by whoever may (domain.Order.cancel)

An answer that comes after the end changes nothing: who gave it hears of the end by itself.
"""

from dataclasses import replace
from datetime import datetime

from lintel_contracts.orders_orders import EndReason, OrderConfirmed, OrderRejected
from lintel_contracts.values import Window
from lintel_orders.orders.domain import Order, Participant, Status, Transition

AWAITED = frozenset(Participant)

DEADLINE = "saga"
"""The deadline's kind; its key is the order's id."""


def reserve(order: Order, at: datetime) -> Transition:
    """Inventory said yes."""
    return _accept(order, Participant.STOCK, order, at)


def book(order: Order, slot_id: str, slot: Window, at: datetime) -> Transition:
    """Pickup said yes, and to which slot."""
    return _accept(order, Participant.SLOT, replace(order, slot_id=slot_id, slot=slot), at)


def reject(order: Order, reason: EndReason, at: datetime) -> Transition:
    """Somebody said no, or the deadline passed."""
    if order.status is not Status.PLACED:
        return order, ()
    rejected = OrderRejected(order_id=order.id, store_code=order.store_code, reason=reason, rejected_at=at)
    return order.ended(Status.REJECTED, reason, at), (rejected,)


def _accept(order: Order, participant: Participant, knowing: Order, at: datetime) -> Transition:
    """The order with one answer more, and with what came with it; confirmed with the last one.

    An answer that comes after the end changes nothing: whoever gave it hears of the end and takes it back.
    """
    if order.status is not Status.PLACED:
        return order, ()
    answered = replace(knowing, answers=order.answers | {participant})
    if answered.slot is None or answered.answers != AWAITED:
        return answered, ()
    confirmed = OrderConfirmed(order_id=order.id, store_code=order.store_code, slot=answered.slot, confirmed_at=at)
    return replace(answered, status=Status.CONFIRMED, confirmed_at=at), (confirmed,)
