"""The routes that show pickups."""

from typing import Annotated

from fastapi import Query

from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.values import StoreCode
from lintel_pickup.callers import Associate, CustomerOrAssociate
from lintel_pickup.pickups import queries
from lintel_pickup.pickups.domain.pickup import Status
from lintel_pickup.pickups.schemas import PickupView

router = Router(tags=["pickup"])


@router.get("/v1/pickups")
async def list_work(
    call: Associate,
    paging: PagingDep,
    store_code: StoreCode,
    status: Annotated[list[Status] | None, Query()] = None,
) -> Page[PickupView]:
    """The store's work by slot; `status` can be given more than once."""
    return await queries.list_work(call.unit, call.caller, store_code, status or [], paging)


@router.get("/v1/pickups/{order_id}")
async def show_pickup(order_id: str, call: CustomerOrAssociate) -> PickupView:
    return PickupView.of(await queries.show_pickup(call.unit, call.caller, order_id))
