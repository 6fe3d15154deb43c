"""Ordered online, picked in the store, handed over for a code."""

import pytest

from tests.system.lives import TOPICS, check_life, names
from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_an_order_is_placed_picked_and_handed_over_by_its_code(system: System, shop: Shop) -> None:
    """Click and collect; the goods leave the books when they leave the store."""
    store = await shop.open_store()
    sku = await shop.stock(store, 10)
    order = await shop.confirmed(store, sku, 3)
    assert order["fulfilment"]["slot"]["starts_at"]
    assert (await shop.position(store, sku))["reserved"] == 3
    await shop.make_ready(order)
    assert (await shop.order(order["id"], wait="ready"))["status"] == "ready"
    handed_over = await shop.work(order, "hand-over", {"code": await shop.code(order["id"])})
    assert handed_over.status_code == 200
    completed = await shop.order(order["id"], wait="completed")
    assert completed["status"] == "completed"
    assert completed["lines"][0]["handed_over"] == 3
    await system.quiet()
    position = await shop.position(store, sku)
    assert (position["on_hand"], position["reserved"]) == (7, 0)
    [events] = (await system.log.events(*TOPICS, subjects=[order["id"]])).values()
    check_life(events)
    assert names(events) == ["OrderPlaced", "OrderConfirmed", "OrderReady", "OrderCompleted"]
