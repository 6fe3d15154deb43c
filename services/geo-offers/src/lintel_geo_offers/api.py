"""The routes of geo-offers."""

from typing import Annotated, Any, cast

from fastapi import Header, Path, Request, Response

from lintel_chassis.auth.caller import OPS, Caller
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.dependencies import At, UnitDep
from lintel_chassis.http.etag import IfMatch, etag_of
from lintel_chassis.http.given import Given
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.errors import NotFound
from lintel_contracts.values import StoreCode
from lintel_geo_offers import commands, queries, repository
from lintel_geo_offers.inputs import StoreInput
from lintel_geo_offers.negotiation import preferred
from lintel_geo_offers.searching import WantedStores
from lintel_geo_offers.views import FeatureCollection, FoundStore, StoreView
from lintel_geo_offers.zones import Zones

router = Router(tags=["geo-offers"])

Operations = Annotated[Caller, allow(OPS)]
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


def _zones(request: Request) -> Zones:
    return cast("Zones", request.app.state.zones)


@router.put("/v1/stores/{store_code}", responses={201: {"model": StoreView, "description": "The store is new"}})
async def put_store(
    store_code: OfStore,
    described: StoreInput,
    unit: UnitDep,
    _: Operations,
    expected: IfMatch,
    zones: Annotated[Zones, Given(_zones)],
    response: Response,
) -> StoreView:
    """Describe a store, whole; what is left out it has not. The same again changes nothing and tells nobody."""
    store, is_new = await commands.put_store(unit, await described.store(store_code, zones), expected)
    response.status_code = 201 if is_new else 200
    response.headers["ETag"] = etag_of(store.sequence)
    return StoreView.of(store)


@router.get("/v1/stores/{store_code}", dependencies=[public])
async def get_store(store_code: OfStore, unit: UnitDep, response: Response) -> StoreView:
    store = await repository.find(unit, store_code)
    if store is None:
        raise NotFound("store_not_found", "There is no such store.")
    response.headers["ETag"] = etag_of(store.sequence)
    return StoreView.of(store)


@router.get(
    "/v1/stores",
    dependencies=[public],
    response_model=Page[FoundStore],
    responses=_AS_GEOJSON,
)
async def find_stores(
    wanted: WantedStores,
    unit: UnitDep,
    paging: PagingDep,
    at: At,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Stores and whether they are open; nearest first when a position is given, otherwise by code."""
    page = await queries.find_stores(unit, wanted, paging, at)
    media_type = preferred(accept, (_JSON, _GEOJSON))
    shown = FeatureCollection.of(page) if media_type == _GEOJSON else page
    return Response(shown.model_dump_json(exclude_none=True), headers={"Vary": "Accept"}, media_type=media_type)
