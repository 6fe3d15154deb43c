"""The saga's deadline: an order is confirmed in time, or rejected."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lintel_contracts.orders_orders import EndReason
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders import repository
from lintel_orders.repository import Changed

SAGA = "saga"
SAGA_TAKES = timedelta(seconds=60)
"""From the moment orders hears its own OrderPlaced back from the log."""


async def give_up(unit: UnitOfWork, due: Mapping[str, Context], at: datetime) -> None:
    """Reject what is still undecided of these orders; whoever holds something for one hears of its end and lets go."""
    changes = []
    for order in (await repository.lock_all(unit, due)).values():
        rejected, events = order.reject(EndReason.DEADLINE, at)
        if events:
            changes.append(Changed(rejected, [(event, due[order.id]) for event in events]))
    repository.save(unit, changes)
