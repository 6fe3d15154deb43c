"""Time runs out for ready orders that nobody collects."""

from collections.abc import Sequence
from datetime import datetime

from lintel_chassis.worker.deadlines import Deadline, Due, set_deadlines
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.pickups import store
from lintel_pickup.pickups.domain.pickup import NO_SHOW, WAITING


async def expire(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    """Expire those that still wait; wait again for those that were given more time."""
    causes, later = {deadline.key: deadline.cause for deadline in due}, {}
    for order_id, pickup in (await store.lock_all(unit, causes)).items():
        expired, events = pickup.expire(at)
        if events:
            store.save(unit, expired, events, cause=causes[order_id])
        elif pickup.status in WAITING and pickup.collect_by is not None:
            later[order_id] = pickup.collect_by
    if later:
        set_deadlines(unit, NO_SHOW, later)


NO_SHOW_DEADLINE = Deadline(NO_SHOW, expire)
