"""The routes of picking."""

from lintel_chassis.http.routes import Router
from lintel_pickup.callers import Associate
from lintel_pickup.picking import commands
from lintel_pickup.picking.schemas import PicksInput, ReadyInput
from lintel_pickup.pickups.schemas import PickupView

router = Router(tags=["pickup"])


@router.post("/v1/pickups/{order_id}/start")
async def start_picking(order_id: str, call: Associate) -> PickupView:
    return PickupView.of(await commands.start_picking(call.unit, call.caller, order_id, call.at))


@router.post("/v1/pickups/{order_id}/pick")
async def pick_lines(order_id: str, body: PicksInput, call: Associate) -> PickupView:
    """Some lines or all; a line can be corrected until the pickup is ready."""
    picks = [line.pick() for line in body.lines]
    return PickupView.of(await commands.pick_lines(call.unit, call.caller, order_id, picks))


@router.post("/v1/pickups/{order_id}/ready")
async def make_ready(order_id: str, body: ReadyInput, call: Associate) -> PickupView:
    return PickupView.of(await commands.make_ready(call.unit, call.caller, order_id, body.staging_location, call.at))
