"""Forgetting a customer: what joins the books to the person goes, the books stay."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration

CONTACT = {"name": "Ada Canary", "email": "ada@canary.test", "phone": "+1 555 canary"}


async def test_events_name_a_customer_by_one_pseudonym_whatever_they_do(orders: Orders) -> None:
    """And by nothing else: the log is kept for months and read by third parties."""
    first, second = [(await orders.place()).json()["id"] for _ in range(2)]
    await _cancel(orders, first)
    published = await orders.published()
    pseudonym = await orders.pseudonym("shopper-1")
    assert {event["actor"] for event in published} == {pseudonym}
    assert {event["data"]["owner"] for event in published if "owner" in event["data"]} == {pseudonym}
    assert {event["subject"] for event in published} == {first, second}
    assert "shopper-1" not in str(published)


async def test_two_first_orders_at_once_are_one_customers(orders: Orders) -> None:
    placed = await asyncio.gather(*(orders.place() for _ in range(8)))
    assert {answer.status_code for answer in placed} == {201}
    assert {event["data"]["owner"] for event in await orders.published()} == {await orders.pseudonym("shopper-1")}


async def test_an_erased_customer_is_nowhere_and_their_orders_are_nobodys(orders: Orders) -> None:
    """Lines, totals and taxes are kept: the law asks for them."""
    order = await _ended_order(orders)
    pseudonym = await orders.pseudonym("shopper-1")
    assert (await _forget_me(orders)).status_code == 204
    assert not await _rows_with(orders, "shopper-1", *CONTACT.values())
    row = await orders.pool.fetchrow("SELECT owner, status, total, content FROM orders WHERE id = $1", order)
    assert row is not None
    assert (row["owner"], row["status"], row["total"]) == (None, "cancelled", 3)
    assert "EGGS" in row["content"]
    [erased] = await orders.published("orders.customers")
    assert (erased["type"], erased["subject"]) == ("orders.CustomerErased.v1", pseudonym)
    assert "actor" not in erased


async def test_a_sale_to_a_customer_is_kept_without_them(orders: Orders) -> None:
    """The till names its customer by the subject."""
    await _sell(orders, customer_id="shopper-1")
    assert await orders.pool.fetchval("SELECT owner FROM sales") == await orders.pseudonym("shopper-1")
    assert (await _forget_me(orders)).status_code == 204
    assert await orders.pool.fetchval("SELECT count(*) FROM sales WHERE owner IS NULL") == 1
    assert not await _rows_with(orders, "shopper-1")


async def test_nobody_is_forgotten_while_an_order_of_theirs_is_on_its_way(orders: Orders) -> None:
    """The store could not hand it over any more; the answer says which orders to end."""
    order = (await orders.place(contact=CONTACT)).json()["id"]
    refused = await _forget_me(orders)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/customer_has_live_orders"
    assert refused.json()["orders"] == [order]
    assert await _rows_with(orders, CONTACT["email"])
    assert not await orders.published("orders.customers")


async def test_who_comes_back_is_somebody_new(orders: Orders) -> None:
    """What they did before is not theirs any more, not even to see."""
    order = await _ended_order(orders)
    before = await orders.pseudonym("shopper-1")
    await _forget_me(orders)
    await orders.place()
    assert await orders.pseudonym("shopper-1") not in {None, before}
    assert (await orders.client.get(f"/v1/orders/{order}", headers=orders.token())).status_code == 404
    listed = await orders.client.get("/v1/orders", headers=orders.token())
    assert order not in [item["id"] for item in listed.json()["items"]]


async def test_an_order_placed_while_its_customer_is_forgotten_is_a_new_customers(orders: Orders) -> None:
    """It had read the old pseudonym already: it must not stand under a name that nobody can be found by."""
    await _ended_order(orders)
    before = await orders.pseudonym("shopper-1")
    async with orders.pool.acquire() as erasing:
        await erasing.execute("BEGIN")
        await erasing.execute("DELETE FROM customers WHERE subject = 'shopper-1'")
        placing = asyncio.create_task(orders.place())
        while not await orders.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await erasing.execute("COMMIT")
    placed = await placing
    assert placed.status_code == 201
    assert (await orders.published())[-1]["data"]["owner"] == await orders.pseudonym("shopper-1") != before


async def test_care_forgets_a_customer_once_however_often_it_is_asked(orders: Orders) -> None:
    await _ended_order(orders)
    care = orders.token("agent", "care")
    for subject in ("shopper-1", "shopper-1", "unknown"):
        answer = await orders.client.post("/v1/customers/erasures", json={"customer_id": subject}, headers=care)
        assert answer.status_code == 204
    assert [event["actor"] for event in await orders.published("orders.customers")] == ["agent"]


async def test_care_finds_orders_by_the_customer(orders: Orders) -> None:
    """As the retailer's own systems name them; the pseudonym is nobody's business."""
    order = (await orders.place()).json()["id"]
    await orders.place(headers=orders.token("shopper-2"))
    asked = {"customer_id": "shopper-1"}
    found = await orders.client.get("/v1/orders", params=asked, headers=orders.token("agent", "care"))
    assert [item["id"] for item in found.json()["items"]] == [order]


async def test_a_customer_is_recognised_again(orders: Orders) -> None:
    """Other services ask with the customer's token."""
    asked = [await orders.client.put("/v1/customers/me", headers=orders.token()) for _ in range(2)]
    assert {answer.json()["pseudonym"] for answer in asked} == {await orders.pseudonym("shopper-1")}


async def _cancel(orders: Orders, order: str) -> None:
    answer = await orders.client.post(f"/v1/orders/{order}/cancel", json={"reason": "no"}, headers=orders.token())
    assert answer.json()["status"] == "cancelled"


async def _ended_order(orders: Orders) -> str:
    order = str((await orders.place(contact=CONTACT)).json()["id"])
    await _cancel(orders, order)
    return order


async def _forget_me(orders: Orders) -> httpx.Response:
    answer: httpx.Response = await orders.client.delete("/v1/customers/me", headers=orders.token())
    return answer


async def _sell(orders: Orders, **changed: Any) -> None:
    price = {"amount": "1.50", "currency": "USD"}
    sale = {"id": str(uuid4()), "store_code": "S1", "register": "1", "business_day": "2026-11-21", "seq": 1,
            "device_time": "2026-11-21T19:00:00Z", "tenders": [], "total": price,
            "lines": [{"line_id": "1", "sku": "EGGS", "quantity": 1, "unit_price": price}]}  # fmt: skip
    answer = await orders.client.post("/v1/sales", json=sale | changed, headers=orders.token("till", "pos", "S1"))
    assert answer.json()["status"] == "accepted"


async def _rows_with(orders: Orders, *words: str) -> list[str]:
    """Rows of any table in which one of the words stands, as text or as bytes."""
    tables = await orders.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [row["t"] for (name,) in tables for row in await orders.pool.fetch(f'SELECT t::text FROM "{name}" t')]
    return [row for row in rows if any(word in row or word.encode().hex() in row for word in words)]
