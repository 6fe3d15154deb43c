"""What inventory hears: orders, sales and picking by one handler, so that a poll locks its rows once; erasures."""

from collections.abc import Sequence

from lintel_chassis.worker.erasure import forgetting
from lintel_contracts.orders_orders import OrderCancelled, OrderCompleted, OrderExpired, OrderPlaced, OrderRejected
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.facts import Fact, Needs, apply
from lintel_inventory.repository import close_books, open_books


async def apply_facts(unit: UnitOfWork, deliveries: Sequence[Delivery[Fact]]) -> None:
    """Decide a batch in order against the locked books; each position is published once, in its last state."""
    books = await open_books(unit, Needs.of(delivery.event for delivery in deliveries))
    for number, delivery in enumerate(deliveries):
        books.number = number
        apply(books, delivery.event)
    await close_books(unit, books, [delivery.context for delivery in deliveries])


HANDLERS = (
    Handler(
        (
            OrderPlaced,
            OrderRejected,
            OrderCancelled,
            OrderExpired,
            OrderCompleted,
            SaleRecorded,
            LineShortPicked,
            LineSubstituted,
        ),
        apply_facts,
    ),
    forgetting(),
)
