"""The routes of pickup."""

from datetime import date
from typing import Annotated, cast

from fastapi import Query, Request, Response

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.dependencies import At, RuntimeDep, UnitDep
from lintel_chassis.http.given import Given
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.errors import Invalid
from lintel_contracts.values import StoreCode
from lintel_pickup import bookings, queries
from lintel_pickup.commands import collect, pick, policy
from lintel_pickup.domain.pickup import Arrival, Status, WrongCode
from lintel_pickup.inputs import ArriveInput, ExtendInput, HandOverInput, PicksInput, PolicyInput, ReadyInput
from lintel_pickup.settings import PickupSettings
from lintel_pickup.views import CodeView, PickupView, PolicyView, PromiseView, SlotView, view_of

router = Router(tags=["pickup"])

Owner = Annotated[Caller, allow("shopper", "guest")]
Anybody = Annotated[Caller, allow("shopper", "guest", "associate")]
Associate = Annotated[Caller, allow("associate")]
Counter = Annotated[Caller, allow("associate", "pos")]
Ops = Annotated[Caller, allow("ops")]


def _handover_key(request: Request) -> bytes:
    settings = cast("PickupSettings", request.app.state.settings)
    return settings.handover_key.get_secret_value().encode()


HandoverKey = Annotated[bytes, Given(_handover_key)]


@router.get("/v1/slots", dependencies=[public])
async def slots(
    unit: UnitDep,
    at: At,
    store_code: StoreCode,
    first: Annotated[date | None, Query(alias="date")] = None,
    days: Annotated[int, Query(ge=1, le=14)] = 1,
) -> Page[SlotView]:
    """By the store's calendar, from `date` or today on; what can no longer be reached is left out."""
    return await queries.list_slots(unit, store_code, first, days, at)


@router.get("/v1/slots/promise", dependencies=[public])
async def promise(unit: UnitDep, at: At, store_code: StoreCode) -> PromiseView:
    return await queries.promise_of(unit, store_code, at)


@router.put("/v1/pickup-policies/{store_code}")
async def put_policy(store_code: StoreCode, body: PolicyInput, unit: UnitDep, _: Ops) -> PolicyView:
    return PolicyView.of(store_code, await policy.put_policy(unit, store_code, body.policy()))


@router.get("/v1/pickup-policies/{store_code}", dependencies=[public])
async def show_policy(store_code: StoreCode, unit: UnitDep) -> PolicyView:
    return PolicyView.of(store_code, await bookings.policy_of(unit, store_code))


@router.get("/v1/pickups")
async def work(
    unit: UnitDep,
    caller: Associate,
    paging: PagingDep,
    store_code: StoreCode,
    status: Annotated[list[Status] | None, Query()] = None,
) -> Page[PickupView]:
    """The store's work by slot; `status` can be given more than once."""
    return await queries.list_work(unit, caller, store_code, status or [], paging)


@router.get("/v1/pickups/{order_id}")
async def show(order_id: str, unit: UnitDep, caller: Anybody) -> PickupView:
    return await queries.show_pickup(unit, caller, order_id)


@router.get("/v1/pickups/{order_id}/code")
async def show_code(order_id: str, unit: UnitDep, caller: Owner, key: HandoverKey) -> CodeView:
    return await queries.show_code(unit, caller, order_id, key)


@router.post("/v1/pickups/{order_id}/start")
async def start(order_id: str, unit: UnitDep, caller: Associate, at: At) -> PickupView:
    return view_of(await pick.start_picking(unit, caller, order_id, at))


@router.post("/v1/pickups/{order_id}/pick")
async def pick_lines(order_id: str, body: PicksInput, unit: UnitDep, caller: Associate) -> PickupView:
    """Some lines or all; a line can be corrected until the pickup is ready."""
    return view_of(await pick.pick_lines(unit, caller, order_id, [line.pick() for line in body.lines]))


@router.post("/v1/pickups/{order_id}/ready")
async def ready(order_id: str, body: ReadyInput, unit: UnitDep, caller: Associate, at: At) -> PickupView:
    return view_of(await pick.make_ready(unit, caller, order_id, body.staging_location, at))


@router.post("/v1/pickups/{order_id}/arrive")
async def arrive(order_id: str, body: ArriveInput, unit: UnitDep, caller: Anybody, at: At) -> PickupView:
    """Said again, by whatever means, it changes nothing."""
    arrival = Arrival(body.method, at, body.bay, body.note)
    return view_of(await collect.arrive(unit, caller, order_id, arrival))


@router.post("/v1/pickups/{order_id}/extend")
async def extend(order_id: str, body: ExtendInput, unit: UnitDep, caller: Anybody, at: At) -> PickupView:
    return view_of(await collect.extend(unit, caller, order_id, body.collect_by, at))


@router.post("/v1/pickups/{order_id}/hand-over", response_model=PickupView)
async def hand_over(
    order_id: str,
    body: HandOverInput,
    unit: UnitDep,
    caller: Counter,
    at: At,
    key: HandoverKey,
    runtime: RuntimeDep,
) -> PickupView | Response:
    """Once an order. A wrong code counts: five of them lock the code, and then only `override_reason` helps."""
    outcome = await collect.hand_over(
        unit, caller, order_id, code=body.code, override_reason=body.override_reason, key=key, at=at
    )
    if isinstance(outcome, WrongCode):
        wrong = Invalid("wrong_code", "This is not its code.", "/code", attempts_left=outcome.attempts_left)
        return runtime.problems.response(wrong, instance=f"/v1/pickups/{order_id}/hand-over")
    return view_of(outcome)
