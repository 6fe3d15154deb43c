"""The query parameters of a search for stores."""

import math
from typing import Annotated

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.values import Moment, Quantity, Sku
from lintel_geo_offers.stores.domain import StoreFilter
from lintel_geo_offers.stores.geography import Box, Position
from lintel_geo_offers.stores.schemas import Latitude, Longitude, ServiceName

_WIDEST_M = 1_000_000
_EDGES = 4


async def _store_filter(
    lat: Annotated[Latitude | None, Query()] = None,
    lon: Annotated[Longitude | None, Query()] = None,
    radius_m: Annotated[float | None, Query(ge=1, le=_WIDEST_M, allow_inf_nan=False)] = None,
    bbox: Annotated[
        str | None,
        Query(max_length=200, description="west,south,east,north; west above east crosses the 180th meridian"),
    ] = None,
    sku: Annotated[Sku | None, Query(description="only stores that have it")] = None,
    quantity: Annotated[Quantity, Query(description="of the sku")] = 1,
    open_at: Annotated[Moment | None, Query(description="for `open`; by default now")] = None,
    service: Annotated[list[ServiceName] | None, Query(max_length=20, description="several: all of them")] = None,
    status: Annotated[list[StoreStatus] | None, Query(max_length=2, description="by default open")] = None,
) -> StoreFilter:
    if (lat is None) != (lon is None):
        raise _refusal("lon" if lon is None else "lat", "A position has both lat and lon.")
    near = Position(lat, lon) if lat is not None and lon is not None else None
    if radius_m is not None and near is None:
        raise _refusal("radius_m", "A radius needs lat and lon.")
    return StoreFilter(
        near=near,
        radius_m=radius_m,
        box=_box(bbox) if bbox is not None else None,
        sku=sku,
        quantity=quantity,
        services=service or (),
        statuses=status or (StoreStatus.OPEN,),
        open_at=open_at,
    )


def _box(text: str) -> Box:
    try:
        edges = [float(edge) for edge in text.split(",")]
    except ValueError:
        edges = []
    if len(edges) != _EDGES or not all(map(math.isfinite, edges)):
        raise _refusal("bbox", "A box is west,south,east,north in degrees.")
    box = Box(*edges)
    if not (-90 <= box.south <= box.north <= 90 and -180 <= box.west <= 180 and -180 <= box.east <= 180):  # noqa: PLR2004 - degrees
        raise _refusal("bbox", "Latitudes are -90 to 90, south not above north; longitudes -180 to 180.")
    return box


def _refusal(parameter: str, detail: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": ("query", parameter), "msg": detail}])


Search = Annotated[StoreFilter, Depends(_store_filter)]
