"""Time runs out for ready orders that nobody collects."""

from collections.abc import Mapping
from datetime import datetime

from lintel_chassis.worker.deadlines import set_deadlines
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import repository
from lintel_pickup.domain.pickup import WAITING
from lintel_pickup.repository import Changed

NO_SHOW = "no_show"


async def expire(unit: UnitOfWork, due: Mapping[str, Context], at: datetime) -> None:
    """Expire those that still wait; wait again for those that were given more time."""
    changes, later = [], {}
    for pickup in (await repository.lock_all(unit, due)).values():
        expired, events = pickup.expire(at)
        if events:
            changes.append(Changed(expired, [(event, due[pickup.order_id]) for event in events]))
        elif pickup.status in WAITING and pickup.collect_by is not None:
            later[pickup.order_id] = pickup.collect_by
    repository.save(unit, changes)
    if later:
        set_deadlines(unit, NO_SHOW, later)
