"""Searches of stores: from what is wanted to what is shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import FiniteFloat, TypeAdapter, ValidationError

from lintel_chassis.pagination import Page, Paging
from lintel_chassis.problems import Problem
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.values import StoreCode
from lintel_events.unit import Unit
from lintel_geo_offers.domain import geography
from lintel_geo_offers.domain.geography import Box, Position
from lintel_geo_offers.domain.hours import is_open
from lintel_geo_offers.repository import store_of
from lintel_geo_offers.search_sql import Shape, statement
from lintel_geo_offers.views import FoundStore

_MOST_SHOWN = 20
"""Shoppers are told no more than this: how much a store has is its own business."""

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


async def find_stores(unit: Unit, wanted: Wanted, paging: Paging, at: datetime) -> Page[FoundStore]:
    """Nearest first when a position is given, otherwise by code. Raise Problem for another search's cursor."""
    sql, parameters = statement(_shape(wanted, paging))
    rows = await unit.fetch(sql, *parameters.of(_values(wanted, paging)))
    return paging.page(rows, lambda row: _place_in_order(row, wanted), lambda row: _found(row, wanted, at))


def _shape(wanted: Wanted, paging: Paging) -> Shape:
    return Shape(
        near=wanted.near is not None,
        radius=wanted.radius_m is not None,
        box=wanted.box is not None,
        box_crosses_180=wanted.box is not None and wanted.box.crosses_180,
        sku=wanted.sku is not None,
        services=bool(wanted.services),
        after=paging.after is not None,
    )


def _values(wanted: Wanted, paging: Paging) -> dict[str, Any]:
    values: dict[str, Any] = {
        "statuses": list(wanted.statuses),
        "services": list(wanted.services),
        "sku": wanted.sku,
        "quantity": wanted.quantity,
        "limit": paging.limit + 1,
    }
    if wanted.near is not None:
        values |= {"lat": wanted.near.lat, "lon": wanted.near.lon}
    if wanted.radius_m is not None:
        values |= {
            "radius_on_sphere": geography.on_sphere(wanted.radius_m),
            "longest_chord": geography.chord(wanted.radius_m),
        }
    if wanted.box is not None:
        values |= asdict(wanted.box)
    return values | _after(wanted, paging)


def _after(wanted: Wanted, paging: Paging) -> dict[str, Any]:
    if paging.after is None:
        return {}
    try:
        if wanted.near is None:
            return dict(zip(("after_code",), _BY_CODE.validate_python(paging.after), strict=True))
        return dict(zip(("after_chord", "after_code"), _NEAREST_FIRST.validate_python(paging.after), strict=True))
    except ValidationError:
        raise Problem("invalid_cursor", "This cursor was not given by this search.") from None


def _place_in_order(row: asyncpg.Record, wanted: Wanted) -> list[Any]:
    return [row["store_code"]] if wanted.near is None else [row["chord"], row["store_code"]]


def _found(row: asyncpg.Record, wanted: Wanted, at: datetime) -> FoundStore:
    store = store_of(row)
    hours = (store.opening_hours, store.timezone, store.address.country, store.position)
    return FoundStore.of(
        store,
        open=store.status is StoreStatus.OPEN and is_open(*hours, wanted.open_at or at),
        distance_m=round(geography.metres(row["chord"]), 1) if wanted.near else None,
        available=min(row["available"], _MOST_SHOWN) if wanted.sku else None,
        as_of=row["as_of"] if wanted.sku else None,
    )
