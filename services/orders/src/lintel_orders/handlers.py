"""What orders does when it reads others: copies for pricing, and orders that move on; one lock and one write a poll."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from lintel_chassis.clock import utc_now
from lintel_chassis.worker.deadlines import clear_deadlines, set_deadlines
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.geo_stores import StoreChanged
from lintel_contracts.inventory_reservations import StockReservationRejected, StockReserved
from lintel_contracts.orders_orders import OrderEvent, OrderPlaced
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
from lintel_orders.orders import saga, store
from lintel_orders.orders.domain import Status
from lintel_orders.orders.reactions import react
from lintel_orders.settings import SAGA_TAKES


class OrderOnLog(OrderEvent):
    """OrderPlaced as far as orders itself reads it back: that it is on the log."""

    type: ClassVar = OrderPlaced.type


async def move_orders(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]], saga_takes: timedelta) -> None:
    """Let every order take its events in their order."""
    at = utc_now()
    orders = await store.lock_all(unit, (delivery.event.order_id for delivery in deliveries))
    undecided = {order_id for order_id, order in orders.items() if order.status is Status.PLACED}
    on_log: dict[str, Context] = {}
    for delivery in deliveries:
        if (order := orders.get(delivery.event.order_id)) is None:
            continue
        if isinstance(delivery.event, OrderOnLog):
            on_log[order.id] = delivery.context
            continue
        changed, events = react(order, delivery.event, at)
        if changed is not order:
            orders[order.id] = store.save(unit, changed, events, cause=delivery.context)
    decided = {order_id for order_id in undecided if orders[order_id].status is not Status.PLACED}
    _keep_deadlines(unit, on_log, undecided - decided, decided, at + saga_takes)


def _keep_deadlines(
    unit: UnitOfWork, on_log: dict[str, Context], undecided: set[str], decided: set[str], due_at: datetime
) -> None:
    """The saga's clock starts with the order's beginning on the log, and stops with its answers."""
    set_deadlines(unit, saga.DEADLINE, dict.fromkeys(on_log.keys() & undecided, due_at), on_log)
    clear_deadlines(unit, saga.DEADLINE, decided)


def handlers(saga_takes: timedelta) -> tuple[Handler, ...]:
    return (
        mirror_of(ProductChanged, PricesChanged, StoreChanged),
        Handler(
            (
                OrderOnLog, StockReserved, StockReservationRejected, PickupSlotBooked, PickupSlotRejected,
                PickupReady, LineShortPicked, LineSubstituted, PickupHandedOver, PickupCancelled, PickupExpired,
            ),
            partial(move_orders, saga_takes=saga_takes),
        ),
    )  # fmt: skip


HANDLERS = handlers(SAGA_TAKES)
