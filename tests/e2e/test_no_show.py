"""An order that nobody comes for."""

import pytest

from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_an_order_nobody_comes_for_expires(system: System, shop: Shop) -> None:
    """And what was kept for it can be sold again."""
    store = await shop.open_store(hold_for="PT1S")
    sku = await shop.stock(store, 2)
    order = await shop.confirmed(store, sku, 2)
    await shop.make_ready(order)
    expired = await shop.order(order["id"], wait="expired")
    assert (expired["status"], expired["status_reason"]) == ("expired", "no_show")
    await system.quiet()
    assert (await shop.position(store, sku))["available"] == 2
