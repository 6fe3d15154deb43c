"""Reads of stores: by a code, and searches with filters, order and pages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import FiniteFloat, TypeAdapter
from sqlalchemy import BigInteger, ColumnElement, Double, Select, bindparam, func, or_, select, tuple_

from lintel_chassis.db.statements import among, compiled, composed
from lintel_chassis.http.pagination import Page, Paging
from lintel_contracts.errors import NotFound
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.inventory_stock import TOPIC as STOCK
from lintel_contracts.values import StoreCode
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.stores import geography
from lintel_geo_offers.stores.domain import StoreFilter
from lintel_geo_offers.stores.geography import Position
from lintel_geo_offers.stores.schemas import FoundStore, StoreView
from lintel_geo_offers.stores.store import store_of
from lintel_geo_offers.stores.tables import mirror, stores
from lintel_hours import is_open

_MOST_SHOWN = 20
"""Shoppers see no more than this: how much a store has is its own business."""

_C = stores.c
_SHOWN = compiled(select(stores).where(_C.store_code == bindparam("store_code")))
_PLACE = func.ll_to_earth(_C.lat, _C.lon)
_AVAILABLE = mirror.c.state["available"].astext.cast(BigInteger)
_AS_OF = mirror.c.state["as_of"].astext

_finite = TypeAdapter(FiniteFloat).validate_python
_code = TypeAdapter(StoreCode).validate_python


async def show_store(unit: UnitOfWork, store_code: str) -> tuple[StoreView, int]:
    """A store and its version. Raise NotFound."""
    row = await unit.fetchrow(*_SHOWN(store_code=store_code))
    if row is None:
        raise NotFound("store_not_found", "There is no such store.")
    return StoreView.of(store_of(row)), row["sequence"]


async def find_stores(unit: UnitOfWork, search: StoreFilter, paging: Paging, at: datetime) -> Page[FoundStore]:
    """Nearest first when a position is given, otherwise by code. Raise Problem for another search's cursor."""
    rows = await unit.fetch(*composed(_matching(search, paging)))
    return paging.page(rows, lambda row: _place_in_order(row, search), lambda row: _found(row, search, at))


def _matching(search: StoreFilter, paging: Paging) -> Select[Any]:
    order: list[ColumnElement[Any]] = [_C.store_code]
    found = select(stores).where(*_conditions(search)).limit(paging.limit + 1)
    if search.near is None:
        start = paging.start(_code)
    else:
        start = paging.start(_finite, _code)
        order.insert(0, _chord_to(search.near))
        found = found.add_columns(order[0].label("chord"))
    if search.sku is not None:
        # The copies are looked up by their key, store by store.
        key = _C.store_code + "|" + search.sku
        found = found.join(mirror, (mirror.c.topic == STOCK.name) & (mirror.c.key == key))
        found = found.where(search.quantity <= _AVAILABLE)
        found = found.add_columns(_AVAILABLE.label("available"), _AS_OF.label("as_of"))
    if start is not None:
        found = found.where(tuple_(*order) > start)
    return found.order_by(*order)


def _conditions(search: StoreFilter) -> Iterator[ColumnElement[bool]]:
    yield among(_C.status, search.statuses)
    if search.services:
        yield _C.services.contains(list(search.services))
    if (box := search.box) is not None:
        yield _C.lat.between(box.south, box.north)
        yield or_(_C.lon >= box.west, _C.lon <= box.east) if box.crosses_180 else _C.lon.between(box.west, box.east)
    if search.near is not None and search.radius_m is not None:
        # For the index: a cube around the circle, which holds about half as much again as the circle does.
        cube = func.earth_box(_on_globe(search.near), geography.on_sphere(search.radius_m))
        yield cube.bool_op("@>")(_PLACE)
        yield _chord_to(search.near) <= geography.chord(search.radius_m)


def _chord_to(position: Position) -> ColumnElement[float]:
    """The straight line to the store: grows as the distance does, and its order is the index's own."""
    return _PLACE.op("<->", return_type=Double())(_on_globe(position))


def _on_globe(position: Position) -> ColumnElement[Any]:
    return func.ll_to_earth(position.lat, position.lon)


def _place_in_order(row: asyncpg.Record, search: StoreFilter) -> list[Any]:
    return [row["store_code"]] if search.near is None else [row["chord"], row["store_code"]]


def _found(row: asyncpg.Record, search: StoreFilter, at: datetime) -> FoundStore:
    store = store_of(row)
    return FoundStore.of(
        store,
        open=store.status is StoreStatus.OPEN and is_open(store.hours, search.open_at or at),
        distance_m=round(geography.metres(row["chord"]), 1) if search.near else None,
        available=min(row["available"], _MOST_SHOWN) if search.sku else None,
        as_of=row["as_of"] if search.sku else None,
    )
