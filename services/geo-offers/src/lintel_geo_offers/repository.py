"""Rows of stores and back."""

from collections.abc import Sequence

import asyncpg

from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.store import Address, Store

STORE_COLUMNS = """store_code, name, brand, lat, lon, street, city, region, postal_code, country, timezone, currency,
    opening_hours, services, status, sequence"""
"""What `store_of` reads."""

_SELECT = f"SELECT {STORE_COLUMNS} FROM stores WHERE store_code"  # noqa: S608 - constants
_FIND = f"{_SELECT} = $1"
# One row of one table: no order to keep.
_LOCK = f"{_FIND} FOR UPDATE"
# In the order of their codes.
_LOCK_ALL = f"{_SELECT} = ANY($1::text[]) ORDER BY store_code FOR UPDATE"
_CODES = "SELECT store_code FROM stores WHERE store_code > $1 ORDER BY store_code LIMIT $2"
# Fails on the key when somebody made the store at the same moment; trying again then finds and locks it.
_INSERT = """
INSERT INTO stores (store_code, name, brand, lat, lon, street, city, region, postal_code, country, timezone, currency,
                    opening_hours, services, status, sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text[], $15, $16)
"""
# The row is locked already.
_UPDATE = """
UPDATE stores
SET name = $2, brand = $3, lat = $4, lon = $5, street = $6, city = $7, region = $8, postal_code = $9, country = $10,
    timezone = $11, currency = $12, opening_hours = $13, services = $14::text[], status = $15, sequence = $16
WHERE store_code = $1
"""
# The rows are locked already.
_UPDATE_SEQUENCES = """
UPDATE stores s SET sequence = n.sequence
FROM unnest($1::text[], $2::bigint[]) AS n (store_code, sequence) WHERE s.store_code = n.store_code
"""


async def find(unit: UnitOfWork, store_code: str) -> Store | None:
    row = await unit.fetchrow(_FIND, store_code)
    return store_of(row) if row else None


async def lock(unit: UnitOfWork, store_code: str) -> Store | None:
    """The store, locked until the unit ends."""
    rows = await unit.lock(_LOCK, store_code)
    return store_of(rows[0]) if rows else None


async def lock_all(unit: UnitOfWork, store_codes: Sequence[str]) -> list[Store]:
    """Those that exist."""
    return [store_of(row) for row in await unit.lock(_LOCK_ALL, store_codes)]


async def codes(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    """Without locks: stores are never deleted, and who makes one tells of it."""
    return [row["store_code"] for row in await unit.fetch(_CODES, after, at_most)]


def announce(unit: UnitOfWork, stores: Sequence[Store]) -> None:
    """Publish stores that this unit has locked as they are, each under its next sequence."""
    sequences = [store.sequence + 1 for store in stores]
    unit.write(_UPDATE_SEQUENCES, [store.store_code for store in stores], sequences)
    for store, sequence in zip(stores, sequences, strict=True):
        unit.publish(store.changed(), sequence=sequence)


def save(unit: UnitOfWork, store: Store, *events: StoreChanged) -> None:
    """Write a store that is new or locked by this unit, and publish; without an event nothing is written."""
    for event in events:
        write(unit, store, is_new=store.sequence == 1)
        unit.publish(event, sequence=store.sequence)


def write(unit: UnitOfWork, store: Store, *, is_new: bool) -> None:
    """Write a store that is new or locked by this unit, and that was published already."""
    unit.write(_INSERT if is_new else _UPDATE, *_columns(store))


def store_of(row: asyncpg.Record) -> Store:
    return Store(
        store_code=row["store_code"],
        name=row["name"],
        brand=row["brand"],
        position=Position(row["lat"], row["lon"]),
        address=Address(row["street"], row["city"], row["region"], row["postal_code"], row["country"]),
        timezone=row["timezone"],
        currency=row["currency"],
        opening_hours=row["opening_hours"],
        services=tuple(row["services"]),
        status=StoreStatus(row["status"]),
        sequence=row["sequence"],
    )


def _columns(store: Store) -> tuple[object, ...]:
    position, address = store.position, store.address
    return (
        store.store_code,
        store.name,
        store.brand,
        position.lat,
        position.lon,
        address.street,
        address.city,
        address.region,
        address.postal_code,
        address.country,
        store.timezone,
        store.currency,
        store.opening_hours,
        list(store.services),
        store.status,
        store.sequence,
    )
