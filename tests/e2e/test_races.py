"""Who wins, when many want the same at the same instant."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.system.lives import TOPICS, check_life, end_of
from tests.system.running import System
from tests.system.shop import ENDS, Order, Shop, fresh

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("buyers", "units"), [(200, 50), (2, 1)])
async def test_no_more_orders_are_confirmed_than_there_are_goods(
    system: System, shop: Shop, buyers: int, units: int
) -> None:
    """Nobody is told yes for what somebody else was promised, and nothing is left while somebody is told no."""
    store = await shop.open_store()
    sku = await shop.stock(store, units)
    answers = await asyncio.gather(
        *(shop.place(store, sku, buyer=shop.auth("shopper", fresh("buyer")), wait_s=30) for _ in range(buyers))
    )
    said = Counter((order["status"], order.get("status_reason")) for order in (answer.json() for answer in answers))
    assert said == {("confirmed", None): units, ("rejected", "out_of_stock"): buyers - units}
    position = await shop.position(store, sku)
    assert (position["on_hand"], position["reserved"], position["available"]) == (units, units, 0)
    lives = await system.log.events(*TOPICS, subjects={answer.json()["id"] for answer in answers})
    assert len(lives) == buyers
    for events in lives.values():
        check_life(events)


async def test_the_same_key_twenty_times_at_once_gives_one_order(system: System, shop: Shop) -> None:
    """A shopper on a bad line taps again and again."""
    store = await shop.open_store()
    sku = await shop.stock(store, 20)
    key = fresh("tap")
    answers = await asyncio.gather(*(shop.place(store, sku, key=key) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await shop.orders_of(store)) == 1
    await system.quiet()
    assert (await shop.position(store, sku))["reserved"] == 1


async def test_the_last_slot_goes_to_one_of_two(shop: Shop) -> None:
    """A promise of a time holds only if the store has the hands for it."""
    store = await shop.open_store(capacity=1)
    sku = await shop.stock(store, 2)
    slots = await shop.client.get("/v1/slots", params={"store_code": store, "days": 2})
    wanted = {"type": "pickup", "store_code": store, "slot_id": slots.json()["items"][1]["slot_id"]}
    answers = await asyncio.gather(*(shop.place(store, sku, fulfilment=wanted, wait_s=20) for _ in range(2)))
    said = sorted((order["status"], order.get("status_reason")) for order in (answer.json() for answer in answers))
    assert said == [("confirmed", None), ("rejected", "slot_full")]


async def test_cancel_hand_over_and_no_show_at_the_same_instant_make_one_end(system: System, shop: Shop) -> None:
    """Pickup's row decides; everybody else, books included, follows the one who was first."""
    store = await shop.open_store(hold_for="PT3S")
    sku = await shop.stock(store, 12)
    orders = await asyncio.gather(*(shop.confirmed(store, sku) for _ in range(12)))
    await asyncio.gather(*(_all_at_once(shop, order, number * 0.02) for number, order in enumerate(orders)))
    ended = [await shop.order(order["id"], wait="completed") for order in orders]
    assert {order["status"] for order in ended} <= ENDS
    await system.quiet()
    lives = await system.log.events(*TOPICS, subjects={order["id"] for order in orders})
    for order in ended:
        check_life(lives[order["id"]])
        assert end_of(lives[order["id"]]) == f"Order{order['status'].capitalize()}"
        by_pickup = (await shop.pickup(order))["status"]
        assert by_pickup == {"completed": "handed_over"}.get(order["status"], order["status"])
    gone = sum(order["status"] == "completed" for order in ended)
    position = await shop.position(store, sku)
    assert (position["on_hand"], position["reserved"]) == (12 - gone, 0)


async def _all_at_once(shop: Shop, order: Order, head_start_s: float) -> None:
    """Hand over, twice, at the very moment the store stops waiting; cancelling has further to go and begins before."""
    ready = await shop.make_ready(order)
    code = {"code": await shop.code(order["id"])}
    left = datetime.fromisoformat(ready["collect_by"]) - datetime.now(UTC)
    await asyncio.sleep(max(0.0, left.total_seconds() - head_start_s))
    cancelling = asyncio.create_task(shop.cancel(order["id"]))
    await asyncio.sleep(head_start_s)
    handed_over = await asyncio.gather(*(shop.work(order, "hand-over", code) for _ in range(2)))
    answers = [await cancelling, *handed_over]
    assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
    assert sum(answer.status_code == 200 for answer in handed_over) <= 1
