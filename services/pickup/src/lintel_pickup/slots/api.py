"""The routes of slots and promises."""

from datetime import date
from typing import Annotated

from fastapi import Query

from lintel_chassis.http.pagination import Page
from lintel_chassis.http.routes import Router
from lintel_contracts.values import StoreCode
from lintel_pickup.callers import Anybody
from lintel_pickup.slots import queries
from lintel_pickup.slots.schemas import PromiseView, SlotView

router = Router(tags=["pickup"])


@router.get("/v1/slots")
async def list_slots(
    call: Anybody,
    store_code: StoreCode,
    first: Annotated[date | None, Query(alias="date")] = None,
    days: Annotated[int, Query(ge=1, le=14)] = 1,
) -> Page[SlotView]:
    """By the store's calendar, from `date` or today on; what can no longer be reached is left out."""
    return await queries.list_slots(call.unit, store_code, first, days, call.at)


@router.get("/v1/slots/promise")
async def show_promise(call: Anybody, store_code: StoreCode) -> PromiseView:
    return await queries.promise_of(call.unit, store_code, call.at)
