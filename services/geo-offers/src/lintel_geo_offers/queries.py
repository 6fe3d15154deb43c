"""Searches of stores: by place, by what is in stock there, nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import FiniteFloat, TypeAdapter, ValidationError
from sqlalchemy import BigInteger, ColumnElement, Double, Select, and_, cast, func, literal, or_, select, tuple_

from lintel_chassis.pagination import Page, Paging
from lintel_chassis.problems import Problem
from lintel_chassis.queries import compiled
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.inventory_stock import TOPIC as STOCK
from lintel_contracts.values import StoreCode
from lintel_events.unit import Unit
from lintel_geo_offers.domain import geography
from lintel_geo_offers.domain.geography import Box, Position
from lintel_geo_offers.domain.hours import is_open
from lintel_geo_offers.repository import store_of
from lintel_geo_offers.tables import mirror, stores
from lintel_geo_offers.views import FoundStore

_MOST_SHOWN = 20
"""Shoppers are told no more than this: how much a store has is its own business."""

_NEAREST_FIRST = TypeAdapter(tuple[FiniteFloat, StoreCode])
_BY_CODE = TypeAdapter(tuple[StoreCode])

_ON_EARTH = func.ll_to_earth(stores.c.lat, stores.c.lon)


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
    open_at: datetime


async def find_stores(unit: Unit, wanted: Wanted, paging: Paging) -> Page[FoundStore]:
    """Nearest first when a position is given, otherwise by code. Raise Problem for another search's cursor."""
    sql, args = compiled(_search(wanted, paging))
    rows = await unit.fetch(sql, *args)
    return paging.page(rows, lambda row: _place_in_order(row, wanted), lambda row: _found(row, wanted))


def _search(wanted: Wanted, paging: Paging) -> Select[Any]:
    query = select(*stores.c).where(*_filters(wanted)).limit(paging.limit + 1)
    if wanted.sku is not None:
        query = _with_stock(query, wanted.sku, wanted.quantity)
    if wanted.near is None:
        query = query.order_by(stores.c.store_code)
        if after := _after(paging, _BY_CODE):
            query = query.where(stores.c.store_code > after[0])
        return query
    chord = _chord(wanted.near)
    if after := _after(paging, _NEAREST_FIRST):
        query = query.where(tuple_(chord, stores.c.store_code) > tuple_(*after))
    return query.add_columns(chord.label("chord")).order_by(chord, stores.c.store_code)


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [stores.c.status.in_(wanted.statuses)]
    if wanted.services:
        conditions.append(stores.c.services.contains(list(wanted.services)))
    if wanted.box is not None:
        conditions.append(_within(wanted.box))
    if wanted.near is not None and wanted.radius_m is not None:
        conditions += [_near(wanted.near, wanted.radius_m), _chord(wanted.near) <= geography.chord(wanted.radius_m)]
    return conditions


def _point(position: Position) -> ColumnElement[Any]:
    return func.ll_to_earth(literal(position.lat, Double), literal(position.lon, Double))


def _chord(near: Position) -> ColumnElement[float]:
    """The straight line to the store: grows as the distance does, and its order is the index's own."""
    return _ON_EARTH.op("<->", return_type=Double())(_point(near))


def _near(near: Position, radius_m: float) -> ColumnElement[bool]:
    """For the index: a cube around the circle, which holds about half as much again as the circle does."""
    cube = func.earth_box(_point(near), literal(geography.on_sphere(radius_m), Double))
    return cube.bool_op("@>")(_ON_EARTH)


def _within(box: Box) -> ColumnElement[bool]:
    east_of, west_of = stores.c.lon >= box.west, stores.c.lon <= box.east
    across = or_(east_of, west_of) if box.west > box.east else and_(east_of, west_of)
    return and_(stores.c.lat.between(box.south, box.north), across)


def _with_stock(query: Select[Any], sku: str, quantity: int) -> Select[Any]:
    """Only stores whose copied position has so many."""
    available = cast(mirror.c.state["available"].astext, BigInteger)
    position = and_(mirror.c.topic == STOCK.name, mirror.c.key == stores.c.store_code + "|" + sku)
    return (
        query.join(mirror, position)
        .where(available >= quantity)
        .add_columns(available.label("available"), mirror.c.state["as_of"].astext.label("as_of"))
    )


def _after(paging: Paging, of_this_search: TypeAdapter[Any]) -> tuple[Any, ...] | None:
    if paging.after is None:
        return None
    try:
        return tuple(of_this_search.validate_python(paging.after))
    except ValidationError:
        raise Problem("invalid_cursor", "This cursor was not given by this search.") from None


def _place_in_order(row: asyncpg.Record, wanted: Wanted) -> list[Any]:
    return [row["store_code"]] if wanted.near is None else [row["chord"], row["store_code"]]


def _found(row: asyncpg.Record, wanted: Wanted) -> FoundStore:
    store = store_of(row)
    hours = (store.opening_hours, store.timezone, store.address.country, store.position)
    return FoundStore.of(
        store,
        open=store.status is StoreStatus.OPEN and is_open(*hours, wanted.open_at),
        distance_m=round(geography.metres(row["chord"]), 1) if wanted.near else None,
        available=min(row["available"], _MOST_SHOWN) if wanted.sku else None,
        as_of=row["as_of"] if wanted.sku else None,
    )
