"""The routes of the counter."""

from fastapi import Response

from lintel_chassis.http.routes import Router
from lintel_contracts.errors import Invalid
from lintel_pickup.callers import Counter, Customer, CustomerOrAssociate
from lintel_pickup.counter import commands, queries
from lintel_pickup.counter.schemas import ArriveInput, CodeView, ExtendInput, HandOverInput
from lintel_pickup.pickups.domain.pickup import Arrival, WrongCode
from lintel_pickup.pickups.schemas import PickupView
from lintel_pickup.settings import handover_key_of

router = Router(tags=["pickup"])


@router.get("/v1/pickups/{order_id}/code")
async def show_code(order_id: str, call: Customer) -> CodeView:
    return CodeView.of(order_id, await queries.show_code(call.unit, call.caller, order_id, handover_key_of(call)))


@router.post("/v1/pickups/{order_id}/arrive")
async def arrive(order_id: str, body: ArriveInput, call: CustomerOrAssociate) -> PickupView:
    """Said again, by whatever means, it changes nothing."""
    arrival = Arrival(body.method, call.at, body.bay, body.note)
    return PickupView.of(await commands.arrive(call.unit, call.caller, order_id, arrival))


@router.post("/v1/pickups/{order_id}/extend")
async def extend(order_id: str, body: ExtendInput, call: CustomerOrAssociate) -> PickupView:
    return PickupView.of(await commands.extend(call.unit, call.caller, order_id, body.collect_by, call.at))


@router.post("/v1/pickups/{order_id}/hand-over", response_model=PickupView)
async def hand_over(order_id: str, body: HandOverInput, call: Counter) -> PickupView | Response:
    """Once an order. A wrong code counts: five of them lock the code, and then only `override_reason` helps."""
    outcome = await commands.hand_over(
        call.unit,
        call.caller,
        order_id,
        code=body.code,
        override_reason=body.override_reason,
        key=handover_key_of(call),
        at=call.at,
    )
    if isinstance(outcome, WrongCode):
        wrong = Invalid("wrong_code", "This is not its code.", "/code", attempts_left=outcome.attempts_left)
        return call.runtime.problems.response(wrong, instance=f"/v1/pickups/{order_id}/hand-over")
    return PickupView.of(outcome)
