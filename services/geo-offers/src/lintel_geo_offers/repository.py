"""Rows of stores and back."""

import asyncpg

from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_events.unit import Unit
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.store import Address, Store

_FIND = """
SELECT store_code, name, brand, lat, lon, street, city, region, postal_code, country, timezone, currency,
       opening_hours, services, status, sequence
FROM stores WHERE store_code = $1
"""
# One row of one table: no order to keep.
_LOCK = f"{_FIND} FOR UPDATE"
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


async def find(unit: Unit, store_code: str) -> Store | None:
    row = await unit.fetchrow(_FIND, store_code)
    return store_of(row) if row else None


async def lock(unit: Unit, store_code: str) -> Store | None:
    """The store, locked until the unit ends."""
    rows = await unit.lock(_LOCK, store_code)
    return store_of(rows[0]) if rows else None


def save(unit: Unit, store: Store, *events: StoreChanged) -> None:
    """Write a store that is new or locked by this unit, and publish; without an event nothing is written."""
    for event in events:
        unit.write(_INSERT if store.sequence == 1 else _UPDATE, *_columns(store))
        unit.publish(event, sequence=store.sequence)


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
