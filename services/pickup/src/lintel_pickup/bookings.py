"""What is booked of a store's slots: read for whoever looks, locked for whoever books."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import asyncpg

from lintel_contracts.errors import NotFound
from lintel_contracts.geo_stores import TOPIC as STORES
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.domain.desk import Desk
from lintel_pickup.domain.hours import Hours, are_readable
from lintel_pickup.domain.slots import Grid, Policy

# Locks the stores' rows in key order. Whoever books or frees at a store waits here, so that what is read of its slots
# afterwards holds until the end of the transaction.
_LOCK = "SELECT store_code FROM booking_locks WHERE store_code = ANY($1::text[]) ORDER BY store_code FOR UPDATE"
# Stores never heard of before, in key order.
_ADD_LOCKS = """
INSERT INTO booking_locks (store_code) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING
"""
_STORES = """
SELECT s.store_code, m.state, p.slot_length, p.slot_capacity, p.lead_time, p.hold_for, p.remind_after
FROM unnest($2::text[]) AS s (store_code)
LEFT JOIN mirror m ON m.topic = $1 AND m.key = s.store_code
LEFT JOIN policies p ON p.store_code = s.store_code
"""
_BOOKED = """
SELECT store_code, starts_at, booked FROM slots WHERE store_code = ANY($1::text[]) AND starts_at >= $2
"""
# In key order, by whoever holds the store's row.
_SAVE = """
INSERT INTO slots (store_code, starts_at, booked) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::int[])
ON CONFLICT (store_code, starts_at) DO UPDATE SET booked = excluded.booked
"""
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
_PUT_POLICY = """
INSERT INTO policies (store_code, slot_length, slot_capacity, lead_time, hold_for, remind_after)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (store_code) DO UPDATE SET slot_length = excluded.slot_length, slot_capacity = excluded.slot_capacity,
    lead_time = excluded.lead_time, hold_for = excluded.hold_for, remind_after = excluded.remind_after
"""


async def lock_desks(unit: UnitOfWork, store_codes: Iterable[str], at: datetime, since: datetime) -> dict[str, Desk]:
    """The stores' bookings from `since` on, locked until the unit ends."""
    codes = sorted(set(store_codes))
    known = {row["store_code"] for row in await unit.lock(_LOCK, codes)}
    if new := [code for code in codes if code not in known]:
        unit.write(_ADD_LOCKS, new)
        await unit.flush()
        await unit.lock(_LOCK, new)
    booked = await _booked(unit, codes, since)
    return {row["store_code"]: _desk(row, booked, at) for row in await unit.fetch(_STORES, STORES.name, codes)}


async def look(unit: UnitOfWork, store_code: str, at: datetime) -> Desk:
    """The store's bookings as they are now. Raise NotFound for a store never heard of."""
    (row,) = await unit.fetch(_STORES, STORES.name, [store_code])
    if row["state"] is None:
        raise NotFound("store_not_found", "There is no such store.")
    return _desk(row, await _booked(unit, [store_code], at), at)


def save_desks(unit: UnitOfWork, desks: Iterable[Desk]) -> None:
    """Write what the desks changed; they must be locked by this unit."""
    rows = sorted((desk.store_code, start, count) for desk in desks for start, count in desk.changed().items())
    if rows:
        unit.write(_SAVE, *map(list, zip(*rows, strict=True)))


def count_again(unit: UnitOfWork, slots: Iterable[tuple[str, datetime]]) -> None:
    """Make these slots' counts those of the pickups, whose changes have been sent."""
    if wanted := sorted(set(slots)):
        unit.write(_COUNT, *map(list, zip(*wanted, strict=True)))


async def policy_of(unit: UnitOfWork, store_code: str) -> Policy:
    """The store's, or the default one."""
    (row,) = await unit.fetch(_STORES, STORES.name, [store_code])
    return _policy(row)


def put_policy(unit: UnitOfWork, store_code: str, policy: Policy) -> None:
    unit.write(
        _PUT_POLICY,
        store_code,
        policy.slot_length,
        policy.slot_capacity,
        policy.lead_time,
        policy.hold_for,
        policy.remind_after,
    )


async def _booked(unit: UnitOfWork, store_codes: list[str], since: datetime) -> dict[str, dict[datetime, int]]:
    booked: dict[str, dict[datetime, int]] = {code: {} for code in store_codes}
    for row in await unit.fetch(_BOOKED, store_codes, since):
        booked[row["store_code"]][row["starts_at"]] = row["booked"]
    return booked


def _desk(row: asyncpg.Record, booked: dict[str, dict[datetime, int]], at: datetime) -> Desk:
    policy = _policy(row)
    hours = _hours(row["state"]) if row["state"] else None
    grid = Grid(hours, policy.slot_length) if hours else None
    return Desk(row["store_code"], grid, policy, booked[row["store_code"]], at)


def _policy(row: asyncpg.Record) -> Policy:
    if row["slot_length"] is None:
        return Policy()
    return Policy(row["slot_length"], row["slot_capacity"], row["lead_time"], row["hold_for"], row["remind_after"])


@lru_cache(maxsize=4096)
def _hours(state: str) -> Hours | None:
    """None for a store that takes no orders. The same text is read once, not once a batch."""
    store = StoreChanged.model_validate_json(state)
    if store.status is not StoreStatus.OPEN:
        return None
    hours = Hours(store.opening_hours, store.timezone, store.country, store.lat, store.lon)
    return hours if are_readable(hours) else None
