"""What is booked of a store's slots: read for whoever asks, locked for whoever books."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import asyncpg
from sqlalchemy import ARRAY, Text, and_, any_, bindparam, column, func, select

from lintel_chassis.db.statements import columns_of, compiled, inserting, upserting
from lintel_contracts.errors import NotFound
from lintel_contracts.geo_stores import TOPIC as STORES
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_hours import Hours, is_readable
from lintel_pickup.policies.domain import Policy
from lintel_pickup.policies.queries import policy_of
from lintel_pickup.policies.tables import policies
from lintel_pickup.slots.domain.book import SlotBook
from lintel_pickup.slots.domain.grid import Grid
from lintel_pickup.slots.tables import booking_locks, mirror, slots

# Locks the stores' rows in key order. Whoever books or frees at a store waits here, so that what is read of its slots
# afterwards holds until the end of the transaction.
_LOCK = f"""
SELECT {columns_of(booking_locks)} FROM booking_locks WHERE store_code = ANY($1::text[]) ORDER BY store_code FOR UPDATE
"""  # noqa: S608 - constants
_ADD_LOCK = inserting(booking_locks, ignore=True)
_CODES = bindparam("store_codes", type_=ARRAY(Text))
_STORE = func.unnest(_CODES).table_valued(column("store_code", Text)).render_derived(name="store")
_STORES = compiled(
    select(_STORE.c.store_code, mirror.c.state, *(col for col in policies.c if col is not policies.c.store_code))
    .select_from(_STORE)
    .outerjoin(mirror, and_(mirror.c.topic == bindparam("topic"), mirror.c.key == _STORE.c.store_code))
    .outerjoin(policies, policies.c.store_code == _STORE.c.store_code)
)
_BOOKED = compiled(
    select(slots).where(
        slots.c.store_code == any_(_CODES),
        slots.c.starts_at >= bindparam("since"),
    )
)
# By whoever holds the store's row.
_SAVE = upserting(slots)
# What pickups take by now, in key order; for when nobody books.
_COUNT = """
INSERT INTO slots (store_code, starts_at, booked)
SELECT s.store_code, s.starts_at, count(p.order_id)
FROM unnest($1::text[], $2::timestamptz[]) AS s (store_code, starts_at)
LEFT JOIN pickups p
     ON p.store_code = s.store_code AND p.slot_starts_at = s.starts_at AND p.status <> 'cancelled'
GROUP BY s.store_code, s.starts_at ORDER BY s.store_code, s.starts_at
ON CONFLICT (store_code, starts_at) DO UPDATE SET booked = excluded.booked
"""


async def lock_books(
    unit: UnitOfWork, store_codes: Iterable[str], at: datetime, since: datetime
) -> dict[str, SlotBook]:
    """The stores' bookings from `since` on, locked until the unit ends."""
    codes = sorted(set(store_codes))
    known = {row["store_code"] for row in await unit.lock(_LOCK, codes)}
    if new := [code for code in codes if code not in known]:
        for code in new:
            unit.write_row(_ADD_LOCK, {"store_code": code})
        await unit.flush()
        await unit.lock(_LOCK, new)
    booked = await _booked(unit, codes, since)
    rows = await unit.fetch(*_STORES(store_codes=codes, topic=STORES.name))
    return {row["store_code"]: _book(row, booked, at) for row in rows}


async def read_book(unit: UnitOfWork, store_code: str, at: datetime) -> SlotBook:
    """The store's bookings as they are now. Raise NotFound for a store nobody described yet."""
    (row,) = await unit.fetch(*_STORES(store_codes=[store_code], topic=STORES.name))
    if row["state"] is None:
        raise NotFound("store_not_found", "There is no such store.")
    return _book(row, await _booked(unit, [store_code], at), at)


def save_books(unit: UnitOfWork, books: Iterable[SlotBook]) -> None:
    """Write what changed in them; they must be locked by this unit."""
    for book in books:
        for start, count in book.changed().items():
            unit.write_row(_SAVE, {"store_code": book.store_code, "starts_at": start, "booked": count})


def count_again(unit: UnitOfWork, wanted: Iterable[tuple[str, datetime]]) -> None:
    """Make these slots' counts those of the pickups, whose changes have been sent."""
    if places := sorted(set(wanted)):
        unit.write(_COUNT, *map(list, zip(*places, strict=True)))


async def _booked(unit: UnitOfWork, codes: list[str], since: datetime) -> dict[str, dict[datetime, int]]:
    booked: dict[str, dict[datetime, int]] = {code: {} for code in codes}
    for row in await unit.fetch(*_BOOKED(store_codes=codes, since=since)):
        booked[row["store_code"]][row["starts_at"]] = row["booked"]
    return booked


def _book(row: asyncpg.Record, booked: dict[str, dict[datetime, int]], at: datetime) -> SlotBook:
    policy = Policy() if row["slot_length"] is None else policy_of(row)
    hours = _hours(row["state"]) if row["state"] else None
    grid = Grid(hours, policy.slot_length) if hours else None
    return SlotBook(row["store_code"], grid, policy, booked[row["store_code"]], at)


@lru_cache(maxsize=4096)
def _hours(state: str) -> Hours | None:
    """None for a store that takes no orders. The same text is read once, not once a batch."""
    store = StoreChanged.model_validate_json(state)
    if store.status is not StoreStatus.OPEN:
        return None
    hours = Hours(store.opening_hours, store.timezone, store.country, store.lat, store.lon)
    return hours if is_readable(hours) else None
