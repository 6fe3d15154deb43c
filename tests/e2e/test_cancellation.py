"""An order is cancelled by its shopper."""

import pytest

from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_a_cancelled_order_gives_its_stock_and_its_slot_back(system: System, shop: Shop) -> None:
    store = await shop.open_store(capacity=1)
    sku = await shop.stock(store, 1)
    order = await shop.confirmed(store, sku)
    answer = await shop.cancel(order["id"])
    assert answer.status_code == 202
    assert answer.json()["status"] == "cancelling"
    cancelled = await shop.order(order["id"], wait="cancelled")
    assert (cancelled["status"], cancelled["status_reason"]) == ("cancelled", "shopper")
    await system.quiet()
    again = await shop.confirmed(store, sku, fulfilment={"type": "pickup", "store_code": store, **_slot(order)})
    assert again["fulfilment"]["slot"]["slot_id"] == order["fulfilment"]["slot"]["slot_id"]


def _slot(order: dict[str, object]) -> dict[str, object]:
    fulfilment = order["fulfilment"]
    assert isinstance(fulfilment, dict)
    return {"slot_id": fulfilment["slot"]["slot_id"]}
