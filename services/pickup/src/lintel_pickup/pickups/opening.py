"""How a pickup begins: with a slot, without one, or with its end."""

from dataclasses import replace
from datetime import datetime

from lintel_contracts.orders_orders import EndReason, OrderPlaced
from lintel_contracts.pickup_pickups import PickupSlotBooked, PickupSlotRejected, SlotRejectionReason
from lintel_contracts.values import Window
from lintel_pickup.pickups.domain.lines import lines_of
from lintel_pickup.pickups.domain.pickup import Pickup, Status, Transition
from lintel_pickup.slots.domain.grid import slot_id


def opened(order: OrderPlaced) -> Pickup:
    """Before anything is answered."""
    return Pickup(
        order_id=order.order_id,
        store_code=order.store_code,
        status=Status.BOOKED,
        owner=order.owner,
        number=order.number,
        payment_method=order.payment_method,
        lines=lines_of(order),
    )


def answered(order: OrderPlaced, answer: Window | SlotRejectionReason, at: datetime) -> Transition:
    """A pickup begins with its slot, or ends for want of one."""
    pickup = opened(order)
    if isinstance(answer, SlotRejectionReason):
        rejected = PickupSlotRejected(order_id=order.order_id, store_code=order.store_code, reason=answer)
        return pickup.close(EndReason(answer), at), (rejected,)
    booked = PickupSlotBooked(
        order_id=order.order_id,
        store_code=order.store_code,
        slot_id=slot_id(order.store_code, answer.starts_at),
        slot=answer,
    )
    return replace(pickup, slot=answer), (booked,)


def opened_by_its_end(order_id: str, store_code: str) -> Pickup:
    """For an order whose end is read before its beginning: about to be closed, so that the beginning is too late."""
    return Pickup(order_id=order_id, store_code=store_code, status=Status.BOOKED)
