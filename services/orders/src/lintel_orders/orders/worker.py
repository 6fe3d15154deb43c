"""The saga's deadline, when it comes."""

from collections.abc import Sequence
from datetime import datetime

from lintel_chassis.worker.deadlines import Deadline, Due, while_caught_up
from lintel_contracts import inventory_reservations, orders_orders, pickup_pickups
from lintel_contracts.orders_orders import EndReason
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.orders import saga, store


async def give_up(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    """Reject what is still undecided of these orders; whoever holds something for one hears of its end and lets go."""
    orders = await store.lock_all(unit, (deadline.key for deadline in due))
    for deadline in due:
        if deadline.key in orders:
            rejected, events = saga.reject(orders[deadline.key], EndReason.DEADLINE, at)
            if events:
                store.save(unit, rejected, events, cause=deadline.cause)


def saga_deadline(consumer_group: str) -> Deadline:
    answers = (inventory_reservations.TOPIC.name, pickup_pickups.TOPIC.name, orders_orders.TOPIC.name)
    return Deadline(saga.DEADLINE, give_up, guard=while_caught_up(consumer_group, *answers))
