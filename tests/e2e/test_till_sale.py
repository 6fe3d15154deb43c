"""A shop floor and an online shop sell from the same stock."""

import pytest

from tests.system.running import until
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_what_a_till_sells_is_gone_online_at_once(shop: Shop) -> None:
    """One set of numbers: a buyer online is told the truth within moments."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    assert (await shop.sell(store, sku)).json()["status"] == "accepted"

    async def sold_out() -> bool:
        wanted = {"lines": [{"sku": sku}], "store_codes": [store]}
        answer = await shop.client.post("/v1/availability", json=wanted)
        return bool(answer.json()["items"][0]["lines"][0]["status"] == "out")

    await until(sold_out)
    late = await shop.place(store, sku, wait_s=20)
    assert (late.json()["status"], late.json()["status_reason"]) == ("rejected", "out_of_stock")
