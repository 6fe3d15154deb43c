"""What must follow what in an order's life: where the last of it is missing, somebody has not answered."""

from dataclasses import dataclass

from lintel_contracts.event import Event
from lintel_contracts.inventory_reservations import StockIssued, StockReleased, StockReservationRejected, StockReserved
from lintel_contracts.orders_orders import (
    OrderCancelled,
    OrderCancelRequested,
    OrderCompleted,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderReady,
    OrderRejected,
)
from lintel_contracts.pickup_pickups import (
    PickupCancelled,
    PickupExpired,
    PickupHandedOver,
    PickupReady,
    PickupSlotBooked,
    PickupSlotRejected,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Once all of `after` have happened to an order, one of `by` follows; all of `by` are one service's."""

    after: tuple[type[Event], ...]
    by: tuple[type[Event], ...]


_ENDS = (OrderRejected, OrderCancelled, OrderExpired)

ANSWERS = (
    Answer((OrderPlaced,), (StockReserved, StockReservationRejected)),
    Answer((OrderPlaced,), (PickupSlotBooked, PickupSlotRejected)),
    Answer((StockReserved, PickupSlotBooked), (OrderConfirmed, *_ENDS)),
    Answer((StockReservationRejected,), _ENDS),
    Answer((PickupSlotRejected,), _ENDS),
    Answer((OrderCancelRequested,), (PickupCancelled, PickupHandedOver, PickupExpired)),
    Answer((PickupReady,), (OrderReady, OrderCompleted, *_ENDS)),
    Answer((PickupHandedOver,), (OrderCompleted,)),
    Answer((PickupCancelled,), (OrderCancelled,)),
    Answer((PickupExpired,), (OrderExpired,)),
    Answer((StockReserved, OrderCompleted), (StockIssued,)),
    *(Answer((StockReserved, end), (StockReleased,)) for end in _ENDS),
)
