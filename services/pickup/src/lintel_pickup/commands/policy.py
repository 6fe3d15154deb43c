"""How a store runs its pickups."""

from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import bookings
from lintel_pickup.domain.slots import Policy


async def put_policy(unit: UnitOfWork, store_code: str, policy: Policy) -> Policy:
    """For bookings and pickups from now on; those that are there stand."""
    bookings.put_policy(unit, store_code, policy)
    return policy
