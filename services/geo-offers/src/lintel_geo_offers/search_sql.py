"""The statements of searches for stores, composed once for each shape: that takes longer than running them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Double,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from lintel_chassis.queries import compiled
from lintel_contracts.inventory_stock import TOPIC as STOCK
from lintel_geo_offers.tables import mirror, stores


@dataclass(frozen=True, slots=True)
class Shape:
    """Which parts a search has."""

    near: bool
    """Parameters lat, lon; rows then have `chord` and come by it."""
    radius: bool
    """Parameters radius_on_sphere, longest_chord."""
    box: bool
    """Parameters west, south, east, north."""
    box_crosses_180: bool
    sku: bool
    """Parameters sku, quantity; rows then have `available` and `as_of`."""
    services: bool
    after: bool
    """Parameters after_code, and after_chord with `near`."""


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the statement's `$n` stand for: names, and constants of the statement itself."""

    places: tuple[Any, ...]

    def of(self, values: Mapping[str, Any]) -> list[Any]:
        return [values[place.name] if isinstance(place, _Named) else place for place in self.places]


@cache
def statement(shape: Shape) -> tuple[str, Parameters]:
    """`statuses` and `limit` are parameters of all."""
    sql, places = compiled(_search(shape))
    return sql, Parameters(tuple(places))


def _search(shape: Shape) -> Select[Any]:
    query = select(*stores.c).where(*_filters(shape)).limit(_parameter("limit", Integer()))
    if shape.sku:
        query = _with_stock(query)
    if not shape.near:
        query = query.order_by(stores.c.store_code)
        return query.where(stores.c.store_code > _AFTER_CODE) if shape.after else query
    if shape.after:
        last = tuple_(_parameter("after_chord", Double()), _AFTER_CODE)
        query = query.where(tuple_(_CHORD, stores.c.store_code) > last)
    return query.add_columns(_CHORD.label("chord")).order_by(_CHORD, stores.c.store_code)


def _filters(shape: Shape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [stores.c.status == any_(_parameter("statuses", ARRAY(Text)))]
    if shape.services:
        conditions.append(stores.c.services.contains(_parameter("services", ARRAY(Text))))
    if shape.box:
        conditions.append(_within_box(shape))
    if shape.radius:
        conditions += [_IN_CUBE, _parameter("longest_chord", Double()) >= _CHORD]
    return conditions


def _parameter(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    return bindparam(name, _Named(name), kind)


def _within_box(shape: Shape) -> ColumnElement[bool]:
    south, north = _parameter("south", Double()), _parameter("north", Double())
    east_of, west_of = stores.c.lon >= _parameter("west", Double()), stores.c.lon <= _parameter("east", Double())
    across = or_(east_of, west_of) if shape.box_crosses_180 else and_(east_of, west_of)
    return and_(stores.c.lat.between(south, north), across)


def _with_stock(query: Select[Any]) -> Select[Any]:
    """Only stores whose copied position has so many: the mirror is looked up by its key, store by store."""
    available = cast(mirror.c.state["available"].astext, BigInteger)
    key = stores.c.store_code + "|" + _parameter("sku", Text())
    return (
        query.join(mirror, and_(mirror.c.topic == STOCK.name, mirror.c.key == key))
        .where(available >= _parameter("quantity", BigInteger()))
        .add_columns(available.label("available"), mirror.c.state["as_of"].astext.label("as_of"))
    )


_AFTER_CODE = _parameter("after_code", Text())
_ON_EARTH = func.ll_to_earth(stores.c.lat, stores.c.lon)
_HERE = func.ll_to_earth(_parameter("lat", Double()), _parameter("lon", Double()))

_CHORD: ColumnElement[float] = _ON_EARTH.op("<->", return_type=Double())(_HERE)
"""The straight line to the store: grows as the distance does, and its order is the index's own."""

_IN_CUBE: ColumnElement[bool] = func.earth_box(_HERE, _parameter("radius_on_sphere", Double())).bool_op("@>")(_ON_EARTH)
"""For the index: a cube around the circle, which holds about half as much again as the circle does."""
