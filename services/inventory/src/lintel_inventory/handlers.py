"""What inventory does when it reads others: one handler, so that a poll locks its rows once; erasures."""

from collections.abc import Iterable, Sequence

from lintel_chassis.worker.erasure import forgetting
from lintel_contracts.orders_orders import OrderCancelled, OrderCompleted, OrderExpired, OrderPlaced, OrderRejected
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.books import Books, LedgerEvents
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.store import open_ledger
from lintel_inventory.movements import reactions as movements
from lintel_inventory.reservations import reactions as reservations

Fact = SaleRecorded | reservations.Fact


async def move_stock(unit: UnitOfWork, deliveries: Sequence[Delivery[Fact]]) -> None:
    """Decide a batch in order against the locked books; each position is published once, in its last state."""
    ledger = await open_ledger(unit, locks_for(delivery.event for delivery in deliveries))
    for delivery in deliveries:
        ledger.save(react(ledger.books, delivery.event), delivery.context)
    await ledger.close()


def locks_for(facts: Iterable[Fact]) -> LockSet:
    locks = LockSet()
    for fact in facts:
        locks.add(movements.locks_for(fact) if isinstance(fact, SaleRecorded) else reservations.locks_for(fact))
    return locks


def react(books: Books, fact: Fact) -> LedgerEvents:
    return movements.react(books, fact) if isinstance(fact, SaleRecorded) else reservations.react(books, fact)


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
        move_stock,
    ),
    forgetting(),
)
