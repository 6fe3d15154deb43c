"""Reads: slots, promises, pickups and their codes."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import segno

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.pagination import Page, Paging
from lintel_chassis.problems import Problem
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import bookings
from lintel_pickup.access import check_either, check_owner, check_store
from lintel_pickup.domain.code import handover_code
from lintel_pickup.domain.pickup import Pickup, Status
from lintel_pickup.domain.slots import promise, slot_id
from lintel_pickup.repository import PICKUP_COLUMNS, pickup_of
from lintel_pickup.views import CodeView, PickupView, PromiseView, SlotView, view_of

_SHOWN = f"SELECT {PICKUP_COLUMNS} FROM pickups WHERE order_id = $1"  # noqa: S608 - constants
# In the order of the work: by slot. What never had a slot is no work.
_WORK = f"""
SELECT {PICKUP_COLUMNS} FROM pickups
WHERE store_code = $1 AND slot_starts_at IS NOT NULL AND (cardinality($2::text[]) = 0 OR status = ANY($2))
    AND ($3::timestamptz IS NULL OR (slot_starts_at, order_id) > ($3, $4::text))
ORDER BY slot_starts_at, order_id LIMIT $5
"""  # noqa: S608 - constants
# The store's queue: what could be picked now and is due by then.
_QUEUE = """
SELECT count(*) FROM pickups
WHERE store_code = $1 AND status IN ('scheduled', 'picking') AND slot_starts_at BETWEEN $2 AND $3
"""
_QUEUED_FOR = timedelta(days=1)
"""What should have been collected earlier than this long ago is nobody's queue any more."""


async def list_slots(unit: UnitOfWork, store_code: str, first: date | None, days: int, at: datetime) -> Page[SlotView]:
    """Those that can still be booked or are full, on these days of the store's. Raise NotFound."""
    desk = await bookings.look(unit, store_code, at)
    if (grid := desk.grid) is None:
        return Page(items=[])
    zone = grid.hours.zone
    first = first or at.astimezone(zone).date()
    wanted = [start for start in desk.offered() if 0 <= (start.astimezone(zone).date() - first).days < days]
    return Page(
        items=[
            SlotView(
                slot_id=slot_id(store_code, start),
                starts_at=start,
                ends_at=start + grid.length,
                capacity=desk.policy.slot_capacity,
                free=desk.free(start),
            )
            for start in wanted
        ]
    )


async def promise_of(unit: UnitOfWork, store_code: str, at: datetime) -> PromiseView:
    """Raise NotFound."""
    desk = await bookings.look(unit, store_code, at)
    if desk.grid is None:
        return PromiseView(store_code=store_code, earliest=None)
    waiting = await unit.fetchval(_QUEUE, store_code, at - _QUEUED_FOR, at + desk.policy.lead_time)
    return PromiseView(store_code=store_code, earliest=promise(desk.grid.hours, desk.policy, waiting, at))


async def show_pickup(unit: UnitOfWork, caller: Caller, order_id: str) -> PickupView:
    """Raise NotFound."""
    pickup = await _read(unit, order_id)
    check_either(caller, pickup)
    return view_of(pickup)


async def list_work(
    unit: UnitOfWork, caller: Caller, store_code: str, statuses: list[Status], paging: Paging
) -> Page[PickupView]:
    """Raise NotFound for another store."""
    check_store(caller, store_code)
    rows = await unit.fetch(_WORK, store_code, statuses, *_place(paging), paging.limit + 1)
    return paging.page(
        rows, lambda row: [row["slot_starts_at"].isoformat(), row["order_id"]], lambda row: view_of(pickup_of(row))
    )


async def show_code(unit: UnitOfWork, caller: Caller, order_id: str, key: bytes) -> CodeView:
    """Raise NotFound, or Conflict while there is no code, or no use for it."""
    pickup = await _read(unit, order_id)
    check_owner(caller, pickup)
    code = handover_code(key, order_id, pickup.require_code())
    image = segno.make(f"{order_id}/{code}", micro=False)
    return CodeView(code=code, qr_svg=image.svg_inline(scale=4))


def _place(paging: Paging) -> tuple[datetime | None, str | None]:
    """The slot and order after which a page begins. Raise Problem for a cursor of another list."""
    match paging.after:
        case None:
            return None, None
        case [str(starts_at), str(order_id)]:
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(starts_at).astimezone(UTC), order_id
    raise Problem("invalid_cursor", "This cursor was not given by this list.")


async def _read(unit: UnitOfWork, order_id: str) -> Pickup:
    row = await unit.fetchrow(_SHOWN, order_id)
    if row is None:
        raise NotFound("pickup_not_found", "There is no such pickup.")
    return pickup_of(row)
