"""One order's life, as `lintel-events explain` tells it."""

import json
from typing import Any

import pytest

from tests.system.command import lintel_events, objects
from tests.system.log import BROKEN
from tests.system.running import System, until
from tests.system.shop import Shop, fresh

pytestmark = pytest.mark.e2e

_JOURNEY = [
    ("orders.OrderPlaced.v1", "by web.checkout"),
    ("inventory.StockReserved.v1", "< orders.OrderPlaced"),
    ("pickup.PickupSlotBooked.v1", "< orders.OrderPlaced"),
    ("pickup.PickingStarted.v1", "by picker"),
    ("pickup.PickupReady.v1", "by picker"),
    ("orders.OrderReady.v1", "< pickup.PickupReady"),
    ("orders.SaleRecorded.v1", "by till-1"),
    ("orders.PaymentCaptured.v1", "by till-1"),
    ("pickup.PickupHandedOver.v1", "by picker"),
    ("orders.OrderCompleted.v1", "< pickup.PickupHandedOver"),
    ("inventory.StockIssued.v1", "< orders.OrderCompleted"),
]


async def test_a_completed_order_is_explained_from_its_placing_to_its_goods_out_of_the_door(
    system: System, shop: Shop
) -> None:
    """The sale that paid it lies under a key of its own; nothing is missing at the end."""
    store = await shop.open_store()
    sku = await shop.stock(store, 5)
    headers = shop.auth("shopper") | {"Lintel-Touchpoint": "web.checkout", "Lintel-Channel": "web"}
    order = await shop.confirmed(store, sku, 2, buyer=headers)
    await shop.make_ready(order)
    await shop.order(order["id"], "ready")
    sale = await shop.sell(store, sku, 2, order_id=order["id"], price="3.00")
    assert sale.is_success, sale.text
    await system.quiet()
    handed = await shop.work(order, "hand-over", {"code": await shop.code(order["id"])})
    assert handed.is_success, handed.text
    await system.quiet()

    shown = await objects(system, "explain", order["id"])

    life = {(step["event"]["type"], step["cause"]) for step in shown}
    assert set(_JOURNEY) <= life
    assert [step["event"]["time"] for step in shown] == sorted(step["event"]["time"] for step in shown)
    assert not [step for step in shown if "gap" in step or "letter" in step]
    screen = (await lintel_events(system, "explain", order["id"])).splitlines()
    assert len(screen) == 1 + len(shown) < 24
    assert screen[1].split()[:3] == [shown[0]["event"]["time"][11:23], "+0.000", "orders.OrderPlaced"]
    assert f"lines=2x{sku}  total=3.00 USD" in screen[1]


async def test_who_has_not_answered_and_what_was_laid_aside_is_named(system: System, shop: Shop) -> None:
    """An order that hangs: inventory is away, and of pickup somebody wrote an answer that nobody can read."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    await system.quiet()
    async with system.away("inventory"):
        order = (await shop.place(store, sku)).json()
        unreadable = {"specversion": "1.0", "type": "pickup.PickupReady.v1", "data": {"order_id": order["id"]}}
        await system.log.append("pickup.pickups", fresh(BROKEN), json.dumps(unreadable).encode())

        async def explained() -> bool:
            said = await _explained(system, order["id"])
            return "pickup.PickupSlotBooked" in said and "laid aside" in said

        await until(explained)
        said = (await _explained(system, order["id"])).splitlines()
        gaps: list[Any] = [step["gap"] for step in await objects(system, "explain", order["id"]) if "gap" in step]

    assert [gap["service"] for gap in gaps] == ["inventory"]
    assert [line.partition(" since ")[0] for line in said if "no answer" in line] == ["! no answer from inventory"]
    assert [line.partition(":")[0] for line in said if "laid aside" in line] == ["! laid aside by orders"]
    await shop.order(order["id"], "confirmed")
    await system.quiet()
    for step in await objects(system, "explain", order["id"]):
        if "letter" in step:
            await lintel_events(
                system, "dead", "discard", step["letter"]["consumer_group"], step["letter"]["id"], "--yes"
            )


async def _explained(system: System, order_id: str) -> str:
    return await lintel_events(system, "explain", order_id)
