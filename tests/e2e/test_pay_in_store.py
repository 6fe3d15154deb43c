"""Ordered online, paid at the till when it is fetched."""

import pytest

from tests.system.running import until
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_an_order_to_be_paid_in_the_store_is_paid_at_the_till_first(shop: Shop) -> None:
    """The till's sale names the order: it pays, and moves no stock a second time."""
    store = await shop.open_store()
    sku = await shop.stock(store, 5)
    order = await shop.confirmed(store, sku, 2, payment={"method": "pay_in_store"})
    await shop.make_ready(order)
    code = {"code": await shop.code(order["id"])}
    unpaid = await shop.work(order, "hand-over", code)
    assert unpaid.status_code == 409
    assert unpaid.json()["type"] == "/problems/payment_due"
    assert (await shop.sell(store, sku, 2, "3.00", order_id=order["id"])).status_code == 201

    async def handed_over() -> bool:
        return (await shop.work(order, "hand-over", code)).status_code == 200

    await until(handed_over)
    completed = await shop.order(order["id"], wait="completed")
    assert completed["payment"]["status"] == "captured"

    async def issued_once() -> bool:
        position = await shop.position(store, sku)
        return (position["on_hand"], position["reserved"]) == (3, 0)

    await until(issued_once)
