"""Inventory's routes."""

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import AwareDatetime

from lintel_chassis.auth.caller import OPS, Caller
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.batch import Batch, Outcomes
from lintel_chassis.http.dependencies import At, RuntimeDep, UnitDep
from lintel_chassis.http.etag import etag_of
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.errors import NotFound
from lintel_contracts.values import Sku, StoreCode
from lintel_inventory import commands, queries
from lintel_inventory.batches import record_batch
from lintel_inventory.views import (
    AvailabilityInput,
    AvailabilityView,
    ExplanationView,
    MovementInput,
    MovementView,
    PolicyInput,
    StockView,
)

router = Router(tags=["inventory"])

Associate = Annotated[Caller, allow("associate")]
AtTheStore = Annotated[Caller, allow("associate", "pos")]
Operations = Annotated[Caller, allow(OPS)]
InStore = Annotated[StoreCode, Path()]
OfProduct = Annotated[Sku, Path()]


@router.post("/v1/movements", status_code=201, idempotency=Idempotency.BODY_ID)
async def record_movement(movement: MovementInput, caller: Associate, unit: UnitDep) -> MovementView:
    """Book what happened to the shelf. The same id again gives the original answer, for good."""
    _require_store(caller, movement.store_code)
    return MovementView.of(await commands.record_movement(unit, movement.entry()))


@router.post("/v1/movements/batch", status_code=200)
async def record_movement_batch(
    batch: Batch[MovementInput], caller: Associate, unit: UnitDep, runtime: RuntimeDep
) -> Outcomes:
    """Each movement is `accepted`, `duplicate` or `rejected` by itself; all that are accepted commit together."""
    return await record_batch(unit, batch, caller, runtime.problems)


@router.post("/v1/availability", dependencies=[public])
async def check_availability(wanted: AvailabilityInput, unit: UnitDep, at: At) -> AvailabilityView:
    """What these stores could promise at this moment."""
    return AvailabilityView(items=await queries.availability(unit, wanted.lines, wanted.store_codes, at))


@router.get("/v1/stock")
async def list_stock(
    caller: AtTheStore,
    unit: UnitDep,
    paging: PagingDep,
    store_code: Annotated[StoreCode | None, Query()] = None,
    sku: Annotated[Sku | None, Query()] = None,
    below: Annotated[int | None, Query(description="only where fewer are available")] = None,
) -> Page[StockView]:
    """Positions of the caller's stores."""
    stores = None if caller.has(OPS) else caller.store_codes
    rows = await queries.list_stock(unit, queries.StockFilter(store_code, sku, below, stores), paging)
    return paging.page(
        rows, lambda row: (row["store_code"], row["sku"]), lambda row: StockView.model_validate(dict(row))
    )


@router.get("/v1/stock/{store_code}/{sku}")
async def read_stock(
    store_code: InStore, sku: OfProduct, caller: AtTheStore, unit: UnitDep, response: Response
) -> StockView:
    _require_store(caller, store_code)
    found = await queries.stock_at(unit, (store_code, sku))
    if found is None:
        raise _no_position()
    stock, version = found
    response.headers["ETag"] = etag_of(version)
    return stock


@router.get("/v1/stock/{store_code}/{sku}/explain")
async def explain_stock(
    store_code: InStore,
    sku: OfProduct,
    caller: AtTheStore,
    unit: UnitDep,
    at: Annotated[AwareDatetime | None, Query(description="as the books stood then; now by default")] = None,
) -> ExplanationView:
    """The movements and reservations that add up to the position."""
    _require_store(caller, store_code)
    explanation = await queries.explain(unit, (store_code, sku), at)
    if explanation is None:
        raise _no_position()
    return explanation


@router.put("/v1/stock/{store_code}/{sku}/policy")
async def set_policy(
    store_code: InStore, sku: OfProduct, policy: PolicyInput, _: Operations, unit: UnitDep, at: At
) -> StockView:
    """Keep `safety_stock` back from shoppers."""
    position = await commands.set_safety_stock(unit, (store_code, sku), policy.safety_stock)
    return StockView.model_validate(position.level(at), from_attributes=True)


def _require_store(caller: Caller, store_code: str) -> None:
    if not caller.may_act_at(store_code):
        raise NotFound("not_found", "There is no such store, or it is not yours.", "/store_code")


def _no_position() -> NotFound:
    return NotFound("not_found", "Nothing is known of this product in this store.")
