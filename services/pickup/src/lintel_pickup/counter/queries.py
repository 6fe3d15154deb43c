"""The code that a shopper shows at the counter."""

from lintel_chassis.auth.caller import Caller
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.counter.code import handover_code
from lintel_pickup.pickups.access import check_owner
from lintel_pickup.pickups.queries import read_pickup


async def show_code(unit: UnitOfWork, caller: Caller, order_id: str, key: bytes) -> str:
    """Raise NotFound, or Conflict while there is no code, or no use for it."""
    pickup = await read_pickup(unit, order_id)
    check_owner(caller, pickup)
    return handover_code(key, order_id, pickup.require_nonce())
