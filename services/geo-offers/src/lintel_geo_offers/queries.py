"""Searches of stores: from what is wanted to what is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import FiniteFloat, TypeAdapter, ValidationError

from lintel_chassis.db.queries import Query
from lintel_chassis.http.pagination import Page, Paging
from lintel_chassis.problems import Problem
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.inventory_stock import TOPIC as STOCK
from lintel_contracts.values import StoreCode
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.domain import geography
from lintel_geo_offers.domain.geography import Box, Position
from lintel_geo_offers.repository import STORE_COLUMNS, store_of
from lintel_geo_offers.views import FoundStore
from lintel_hours import is_open

_MOST_SHOWN = 20
"""Shoppers are told no more than this: how much a store has is its own business."""

# The straight line to the store: grows as the distance does, and its order is the index's own.
_CHORD = "CROSS JOIN LATERAL (SELECT ll_to_earth(lat, lon) <-> ll_to_earth({}, {})) AS line (chord)"
# For the index: a cube around the circle, which holds about half as much again as the circle does.
_IN_CUBE = "earth_box(ll_to_earth({}, {}), {}) @> ll_to_earth(lat, lon)"
# Only stores whose copied position has so many: the copies are looked up by their key, store by store.
_STOCK = """
CROSS JOIN LATERAL (
    SELECT (state->>'available')::bigint AS available, state->>'as_of' AS as_of
    FROM mirror WHERE topic = {} AND key = store_code || '|' || {}) AS stock
"""

_NEAREST_FIRST = TypeAdapter(tuple[FiniteFloat, StoreCode])
_BY_CODE = TypeAdapter(tuple[StoreCode])


@dataclass(frozen=True, slots=True)
class Wanted:
    """None filters nothing."""

    near: Position | None
    radius_m: float | None
    """Needs `near`."""
    box: Box | None
    sku: str | None
    quantity: int
    """Of the sku: stores with less are left out."""
    services: Sequence[str]
    """All of them."""
    statuses: Sequence[StoreStatus]
    open_at: datetime | None
    """The moment that `open` speaks of."""


async def find_stores(unit: UnitOfWork, wanted: Wanted, paging: Paging, at: datetime) -> Page[FoundStore]:
    """Nearest first when a position is given, otherwise by code. Raise Problem for another search's cursor."""
    rows = await unit.fetch(*_search(wanted, paging).statement())
    return paging.page(rows, lambda row: _place_in_order(row, wanted), lambda row: _found(row, wanted, at))


def _search(wanted: Wanted, paging: Paging) -> Query:
    near, sku, box = wanted.near, wanted.sku, wanted.box
    query = Query(f"SELECT {STORE_COLUMNS}{', chord' if near else ''}{', available, as_of' if sku else ''}")
    query.add("FROM stores")
    if near is not None:
        query.add(_CHORD, near.lat, near.lon)
    if sku is not None:
        query.add(_STOCK, STOCK.name, sku)
        query.where("available >= {}", wanted.quantity)
    query.where("status = ANY ({}::text[])", wanted.statuses)
    if wanted.services:
        query.where("services @> {}::text[]", wanted.services)
    if box is not None:
        query.where("lat BETWEEN {} AND {}", box.south, box.north)
        query.where("lon >= {} OR lon <= {}" if box.crosses_180 else "lon BETWEEN {} AND {}", box.west, box.east)
    if near is not None and wanted.radius_m is not None:
        query.where(_IN_CUBE, near.lat, near.lon, geography.on_sphere(wanted.radius_m))
        query.where("chord <= {}", geography.chord(wanted.radius_m))
    _add_order(query, wanted, paging)
    return query


def _add_order(query: Query, wanted: Wanted, paging: Paging) -> None:
    if paging.after is not None:
        query.where("(chord, store_code) > ({}, {})" if wanted.near else "store_code > {}", *_after(wanted, paging))
    query.add("ORDER BY chord, store_code" if wanted.near else "ORDER BY store_code")
    query.add("LIMIT {}", paging.limit + 1)


def _after(wanted: Wanted, paging: Paging) -> tuple[Any, ...]:
    try:
        return (_NEAREST_FIRST if wanted.near else _BY_CODE).validate_python(paging.after)
    except ValidationError:
        raise Problem("invalid_cursor", "This cursor was not given by this search.") from None


def _place_in_order(row: asyncpg.Record, wanted: Wanted) -> list[Any]:
    return [row["store_code"]] if wanted.near is None else [row["chord"], row["store_code"]]


def _found(row: asyncpg.Record, wanted: Wanted, at: datetime) -> FoundStore:
    store = store_of(row)
    return FoundStore.of(
        store,
        open=store.status is StoreStatus.OPEN and is_open(store.hours, wanted.open_at or at),
        distance_m=round(geography.metres(row["chord"]), 1) if wanted.near else None,
        available=min(row["available"], _MOST_SHOWN) if wanted.sku else None,
        as_of=row["as_of"] if wanted.sku else None,
    )
