"""Rows of stores and back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import asyncpg

from lintel_chassis.db.statements import columns_of, inserting, upserting
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_events.outbox.row_statement import Row, RowStatement
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.stores.domain import Address, Store
from lintel_geo_offers.stores.geography import Position
from lintel_geo_offers.stores.tables import stores

# In the order of their codes, so that two units never wait for each other.
_LOCK = f"SELECT {columns_of(stores)} FROM stores WHERE store_code = ANY($1::text[]) ORDER BY store_code FOR UPDATE"  # noqa: S608 - constants
# Fails on the key when somebody made the store at the same moment; trying again then finds and locks it.
_ADD = inserting(stores)
_SAVE = upserting(stores)


async def lock(unit: UnitOfWork, store_codes: Iterable[str]) -> dict[str, Store]:
    """Those that exist, locked until the unit ends."""
    return {row["store_code"]: store_of(row) for row in await unit.lock(_LOCK, list(store_codes))}


def add(unit: UnitOfWork, store: Store, events: Iterable[StoreChanged]) -> Store:
    """Write and publish a store that nobody has described before."""
    return _write(unit, _ADD, store, events)


def save(unit: UnitOfWork, store: Store, events: Iterable[StoreChanged]) -> Store:
    """Write a store that this unit has locked, and publish; the store with the number of its last event."""
    return _write(unit, _SAVE, store, events)


def _write(unit: UnitOfWork, statement: RowStatement, store: Store, events: Iterable[StoreChanged]) -> Store:
    saved = replace(store, sequence=unit.publish_all(events, after=store.sequence))
    unit.write_row(statement, _row(saved))
    return saved


def _row(store: Store) -> Row:
    row: dict[str, Any] = asdict(store)
    return {**row, **row.pop("position"), **row.pop("address")}


def store_of(row: asyncpg.Record | Mapping[str, Any]) -> Store:
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
