"""What shoppers and stores do from beginning to end, through the front door."""

import pytest

from tests.system.lives import TOPICS, check_life, names
from tests.system.running import System, until
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


async def test_a_guests_order_is_the_guests_own(shop: Shop) -> None:
    """The visitor who placed it follows it with the same session; another visitor does not even see it."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    guest, other = await shop.guest(), await shop.guest()
    order = await shop.confirmed(store, sku, buyer=guest)
    own = await shop.client.get(f"/v1/orders/{order['id']}", headers=guest)
    foreign = await shop.client.get(f"/v1/orders/{order['id']}", headers=other)
    assert (own.status_code, foreign.status_code) == (200, 404)
    assert await shop.code(order["id"], guest)
