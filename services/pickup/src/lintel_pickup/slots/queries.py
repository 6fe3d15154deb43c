"""What a store offers, and what it can promise."""

from datetime import date, datetime, timedelta

from lintel_chassis.http.pagination import Page
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.slots import store
from lintel_pickup.slots.domain.grid import slot_id
from lintel_pickup.slots.domain.promise import promise
from lintel_pickup.slots.schemas import PromiseView, SlotView

# The store's queue: what could be picked now and is due by then.
_QUEUE = """
SELECT count(*) FROM pickups
WHERE store_code = $1 AND status IN ('scheduled', 'picking') AND slot_starts_at BETWEEN $2 AND $3
"""
_QUEUED_FOR = timedelta(days=1)
"""What should have been collected earlier than this long ago is nobody's queue any more."""


async def list_slots(unit: UnitOfWork, store_code: str, first: date | None, days: int, at: datetime) -> Page[SlotView]:
    """Those that can still be booked or are full, on these days of the store's. Raise NotFound."""
    book = await store.read_book(unit, store_code, at)
    if (grid := book.grid) is None:
        return Page(items=[])
    zone = grid.hours.zone
    first = first or at.astimezone(zone).date()
    wanted = [start for start in book.offered() if 0 <= (start.astimezone(zone).date() - first).days < days]
    return Page(
        items=[
            SlotView(
                slot_id=slot_id(store_code, start),
                starts_at=start,
                ends_at=start + grid.length,
                capacity=book.policy.slot_capacity,
                free=book.free(start),
            )
            for start in wanted
        ]
    )


async def promise_of(unit: UnitOfWork, store_code: str, at: datetime) -> PromiseView:
    """Raise NotFound."""
    book = await store.read_book(unit, store_code, at)
    if book.grid is None:
        return PromiseView(store_code=store_code, earliest=None)
    waiting = await unit.fetchval(_QUEUE, store_code, at - _QUEUED_FOR, at + book.policy.lead_time)
    return PromiseView(store_code=store_code, earliest=promise(book.grid.hours, book.policy, waiting, at))
