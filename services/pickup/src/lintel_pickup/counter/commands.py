"""Arriving, getting more time, and being handed over."""

from datetime import datetime

from lintel_chassis.auth.caller import Caller
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.counter.code import handover_code, is_same
from lintel_pickup.pickups import store
from lintel_pickup.pickups.access import check_either, check_staff
from lintel_pickup.pickups.domain.pickup import Arrival, Pickup, WrongCode


async def arrive(unit: UnitOfWork, caller: Caller, order_id: str, arrival: Arrival) -> Pickup:
    """Raise NotFound, Conflict."""
    pickup = await store.lock(unit, order_id)
    check_either(caller, pickup)
    return store.save(unit, *pickup.arrive(arrival))


async def extend(unit: UnitOfWork, caller: Caller, order_id: str, collect_by: datetime, at: datetime) -> Pickup:
    """Raise NotFound, Conflict, Invalid.

    The deadline stays as it is and finds the new moment when it fires: it locks its own row before the pickup's, and
    moving it from here would lock them the other way round.
    """
    pickup = await store.lock(unit, order_id)
    check_either(caller, pickup)
    return store.save(unit, pickup.extend(collect_by, at), ())


async def hand_over(
    unit: UnitOfWork,
    caller: Caller,
    order_id: str,
    *,
    code: str | None,
    override_reason: str | None,
    key: bytes,
    at: datetime,
) -> Pickup | WrongCode:
    """Raise NotFound, Conflict. A wrong code is an outcome, since it is counted: the unit must commit."""
    pickup = await store.lock(unit, order_id)
    check_staff(caller, pickup)
    fits = code is not None and pickup.nonce is not None and is_same(code, handover_code(key, order_id, pickup.nonce))
    outcome = pickup.hand_over(at, by=caller.kept_as, code_fits=fits, override_reason=override_reason)
    if isinstance(outcome, WrongCode):
        store.save(unit, outcome.pickup, ())
        return outcome
    return store.save(unit, *outcome)
