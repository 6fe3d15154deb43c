"""Starting, picking and staging an order."""

from collections.abc import Sequence
from datetime import datetime

from lintel_chassis.auth.caller import Caller
from lintel_chassis.worker.deadlines import set_deadline
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.pickups import store
from lintel_pickup.pickups.access import check_staff
from lintel_pickup.pickups.domain.pickup import NO_SHOW, Pick, Pickup
from lintel_pickup.policies.queries import policy_at


async def start_picking(unit: UnitOfWork, caller: Caller, order_id: str, at: datetime) -> Pickup:
    """Raise NotFound, Conflict."""
    pickup = await store.lock(unit, order_id)
    check_staff(caller, pickup)
    return store.save(unit, *pickup.start(at))


async def pick_lines(unit: UnitOfWork, caller: Caller, order_id: str, picks: Sequence[Pick]) -> Pickup:
    """Raise NotFound, Conflict, Invalid."""
    pickup = await store.lock(unit, order_id)
    check_staff(caller, pickup)
    return store.save(unit, *pickup.pick(picks))


async def make_ready(unit: UnitOfWork, caller: Caller, order_id: str, staging_location: str, at: datetime) -> Pickup:
    """From here on time runs for the shopper. Raise NotFound, Conflict."""
    pickup = await store.lock(unit, order_id)
    check_staff(caller, pickup)
    policy = await policy_at(unit, pickup.store_code)
    ready = store.save(unit, *pickup.ready(staging_location, policy.hold_for, at))
    set_deadline(unit, NO_SHOW, order_id, at + policy.hold_for)
    return ready
