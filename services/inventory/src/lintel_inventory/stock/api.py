"""The routes of stock and availability."""

from typing import Annotated

from fastapi import Path, Query, Response

from lintel_chassis.auth.caller import OPS, Caller
from lintel_chassis.http.etag import etag_of
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.errors import NotFound
from lintel_contracts.values import Moment, Sku, StoreCode
from lintel_inventory.callers import Anybody, AtTheStore, Operations
from lintel_inventory.schemas import LARGEST
from lintel_inventory.stock import commands, queries
from lintel_inventory.stock.schemas import (
    AvailabilityInput,
    AvailabilityView,
    ExplanationView,
    PolicyInput,
    StockView,
)

router = Router(tags=["inventory"])

InStore = Annotated[StoreCode, Path()]
OfProduct = Annotated[Sku, Path()]


@router.post("/v1/availability")
async def check_availability(body: AvailabilityInput, call: Anybody) -> AvailabilityView:
    """What these stores could promise at this moment."""
    return AvailabilityView(items=await queries.availability(call.unit, body.lines, body.store_codes, call.at))


@router.get("/v1/stock")
async def list_stock(
    call: AtTheStore,
    paging: PagingDep,
    store_code: Annotated[StoreCode | None, Query()] = None,
    sku: Annotated[Sku | None, Query()] = None,
    below: Annotated[int | None, Query(ge=-LARGEST, le=LARGEST, description="only where fewer are available")] = None,
) -> Page[StockView]:
    """Positions of the caller's stores."""
    stores = None if call.caller.has(OPS) else call.caller.store_codes
    return await queries.list_stock(call.unit, queries.StockFilter(store_code, sku, below, stores), paging)


@router.get("/v1/stock/{store_code}/{sku}")
async def read_stock(store_code: InStore, sku: OfProduct, call: AtTheStore, response: Response) -> StockView:
    _require_store(call.caller, store_code)
    found = await queries.stock_at(call.unit, (store_code, sku))
    if found is None:
        raise _no_position()
    stock, version = found
    response.headers["ETag"] = etag_of(version)
    return stock


@router.get("/v1/stock/{store_code}/{sku}/explain")
async def explain_stock(
    store_code: InStore,
    sku: OfProduct,
    call: AtTheStore,
    at: Annotated[Moment | None, Query(description="as the books stood then; now by default")] = None,
) -> ExplanationView:
    """The movements and reservations that add up to the position."""
    _require_store(call.caller, store_code)
    explanation = await queries.explain(call.unit, (store_code, sku), at)
    if explanation is None:
        raise _no_position()
    return explanation


@router.put("/v1/stock/{store_code}/{sku}/policy")
async def set_policy(store_code: InStore, sku: OfProduct, policy: PolicyInput, call: Operations) -> StockView:
    """Keep `safety_stock` back from shoppers."""
    position = await commands.set_safety_stock(call.unit, (store_code, sku), policy.safety_stock)
    return StockView.model_validate(position.level(call.at), from_attributes=True)


def _require_store(caller: Caller, store_code: str) -> None:
    if not caller.may_act_at(store_code):
        raise NotFound("not_found", "There is no such store, or it is not yours.", "/store_code")


def _no_position() -> NotFound:
    return NotFound("not_found", "Nothing is known of this product in this store.")
