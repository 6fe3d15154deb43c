"""The store's work: picking an order and staging it."""

from collections.abc import Sequence
from datetime import datetime

from lintel_chassis.auth.caller import Caller
from lintel_chassis.worker.deadlines import set_deadline
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import bookings, repository
from lintel_pickup.access import check_staff
from lintel_pickup.commands.expire import NO_SHOW
from lintel_pickup.commands.keep import keep
from lintel_pickup.domain.pickup import Pick, Pickup


async def start_picking(unit: UnitOfWork, caller: Caller, order_id: str, at: datetime) -> Pickup:
    """Raise NotFound, Conflict."""
    pickup = await repository.lock(unit, order_id)
    check_staff(caller, pickup)
    return keep(unit, pickup.start(at))


async def pick_lines(unit: UnitOfWork, caller: Caller, order_id: str, picks: Sequence[Pick]) -> Pickup:
    """Raise NotFound, Conflict, Invalid."""
    pickup = await repository.lock(unit, order_id)
    check_staff(caller, pickup)
    return keep(unit, pickup.pick(picks))


async def make_ready(unit: UnitOfWork, caller: Caller, order_id: str, staging_location: str, at: datetime) -> Pickup:
    """From here on time runs for the shopper. Raise NotFound, Conflict."""
    pickup = await repository.lock(unit, order_id)
    check_staff(caller, pickup)
    policy = await bookings.policy_of(unit, pickup.store_code)
    ready = keep(unit, pickup.ready(staging_location, policy.hold_for, at))
    set_deadline(unit, NO_SHOW, order_id, at + policy.hold_for)
    return ready
