"""Reads of pickups: by their order, and the store's work."""

from sqlalchemy import ColumnElement, bindparam, select, tuple_

from lintel_chassis.auth.caller import Caller
from lintel_chassis.db.statements import among, compiled, composed
from lintel_chassis.http.pagination import Page, Paging, moment
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.pickups.access import check_either, check_store
from lintel_pickup.pickups.domain.pickup import Pickup, Status
from lintel_pickup.pickups.schemas import PickupView
from lintel_pickup.pickups.store import PICKUP, pickup_of
from lintel_pickup.pickups.tables import pickups

_SHOWN = compiled(select(*PICKUP).where(pickups.c.order_id == bindparam("order_id")))
# The order of the work: by slot.
_ORDER = (pickups.c.slot_starts_at, pickups.c.order_id)


async def read_pickup(unit: UnitOfWork, order_id: str) -> Pickup:
    """Raise NotFound."""
    row = await unit.fetchrow(*_SHOWN(order_id=order_id))
    if row is None:
        raise NotFound("pickup_not_found", "There is no such pickup.")
    return pickup_of(row)


async def show_pickup(unit: UnitOfWork, caller: Caller, order_id: str) -> Pickup:
    """Raise NotFound."""
    pickup = await read_pickup(unit, order_id)
    check_either(caller, pickup)
    return pickup


async def list_work(
    unit: UnitOfWork, caller: Caller, store_code: str, statuses: list[Status], paging: Paging
) -> Page[PickupView]:
    """What never had a slot is no work. Raise NotFound for another store."""
    check_store(caller, store_code)
    conditions: list[ColumnElement[bool]] = [
        pickups.c.store_code == store_code,
        pickups.c.slot_starts_at.is_not(None),
    ]
    if statuses:
        conditions.append(among(pickups.c.status, statuses))
    if (start := paging.start(moment, str)) is not None:
        conditions.append(tuple_(*_ORDER) > start)
    found = select(*PICKUP).where(*conditions).order_by(*_ORDER).limit(paging.limit + 1)
    return paging.page(
        await unit.fetch(*composed(found)),
        lambda row: (row["slot_starts_at"], row["order_id"]),
        lambda row: PickupView.of(pickup_of(row)),
    )
