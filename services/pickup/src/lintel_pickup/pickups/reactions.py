"""What becomes of a pickup when orders says something of its order."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from lintel_contracts.orders_orders import (
    EndReason,
    OrderCancelled,
    OrderCancelRequested,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRejected,
)
from lintel_pickup.pickups.domain.pickup import Pickup, Transition
from lintel_pickup.pickups.opening import answered, opened_by_its_end
from lintel_pickup.slots.domain.book import SlotBook

_Ending = OrderRejected | OrderCancelled | OrderExpired
OrderFact = OrderPlaced | OrderConfirmed | OrderCancelRequested | _Ending


def react(
    pickup: Pickup | None, event: OrderFact, books: Mapping[str, SlotBook], nonce: str, at: datetime
) -> Transition | None:
    """None where nothing comes of it. Bookings are made in the store's book; `nonce` is for one that gets its code.

    An order that is read again, or after its end, has its pickup already.
    """
    match event:
        case OrderPlaced():
            if pickup is not None:
                return None
            return answered(event, books[event.store_code].book(event.slot_id, event.placed_at), at)
        case OrderConfirmed():
            return (pickup.confirm(nonce), ()) if pickup else None
        case OrderCancelRequested():
            return (pickup or opened_by_its_end(event.order_id, event.store_code)).cancel(event.reason, at)
        case OrderRejected() | OrderCancelled() | OrderExpired():
            known = pickup or opened_by_its_end(event.order_id, event.store_code)
            return known.close(_reason(event), at), ()
        case _:
            assert_never(event)


def _reason(event: _Ending) -> EndReason:
    return EndReason.NO_SHOW if isinstance(event, OrderExpired) else event.reason
