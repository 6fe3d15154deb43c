"""The routes of stores."""

from typing import Annotated, Any

from fastapi import Header, Path, Response

from lintel_chassis.http.etag import IfMatch, etag_of
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.values import StoreCode
from lintel_geo_offers.callers import Anybody, Operations
from lintel_geo_offers.stores import commands, queries
from lintel_geo_offers.stores.negotiation import preferred
from lintel_geo_offers.stores.parameters import Search
from lintel_geo_offers.stores.schemas import FeatureCollection, FoundStore, StoreInput, StoreView
from lintel_geo_offers.stores.zones import zone_at

router = Router(tags=["geo-offers"])

OfStore = Annotated[StoreCode, Path()]

_JSON, _GEOJSON = "application/json", "application/geo+json"
_AS_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            _GEOJSON: {
                "schema": {
                    "type": "object",
                    "description": "A FeatureCollection (RFC 7946): items as properties of points, and next_cursor.",
                }
            }
        }
    }
}


@router.put("/v1/stores/{store_code}", responses={201: {"model": StoreView, "description": "The store is new"}})
async def put_store(
    store_code: OfStore, described: StoreInput, call: Operations, expected: IfMatch, response: Response
) -> StoreView:
    """Describe a store, whole; what is left out it has not. The same again changes nothing and tells nobody."""
    timezone = described.timezone or await zone_at(described.position)
    store, is_new = await commands.put_store(call.unit, described.store(store_code, timezone), expected)
    response.status_code = 201 if is_new else 200
    response.headers["ETag"] = etag_of(store.sequence)
    return StoreView.of(store)


@router.get("/v1/stores/{store_code}")
async def get_store(store_code: OfStore, call: Anybody, response: Response) -> StoreView:
    store, version = await queries.show_store(call.unit, store_code)
    response.headers["ETag"] = etag_of(version)
    return store


@router.get("/v1/stores", response_model=Page[FoundStore], responses=_AS_GEOJSON)
async def find_stores(
    search: Search,
    call: Anybody,
    paging: PagingDep,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Stores and whether they are open; nearest first when a position is given, otherwise by code."""
    page = await queries.find_stores(call.unit, search, paging, call.at)
    media_type = preferred(accept, (_JSON, _GEOJSON))
    shown = FeatureCollection.of(page) if media_type == _GEOJSON else page
    return Response(shown.model_dump_json(exclude_none=True), headers={"Vary": "Accept"}, media_type=media_type)
