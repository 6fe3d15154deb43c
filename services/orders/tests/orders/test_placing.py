"""Placing an order: all of it or nothing, once, and only what can be sold."""

import asyncio
from typing import Any

import pytest

from lintel_orders.orders.schemas import OrderView
from lintel_orders.pricing.schemas import QuoteView
from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration


async def test_an_order_is_stored_and_announced_together(orders: Orders) -> None:
    answer = await orders.place()
    assert answer.status_code == 201
    order = OrderView.model_validate(answer.json())
    assert order.status == "placed"
    assert order.total.amount == 3
    [placed] = await orders.published()
    assert placed["type"] == "orders.OrderPlaced.v1"
    assert placed["subject"] == order.id
    assert placed["channel"] == "web"
    assert placed["data"]["owner"] == placed["actor"] == await orders.pseudonym("shopper-1")


async def test_the_same_key_twenty_times_at_once_gives_one_order(orders: Orders) -> None:
    """A shopper on a bad line taps again and again."""
    answers = await asyncio.gather(*(orders.place("tap") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await orders.published()) == 1


async def test_a_key_is_the_callers_own(orders: Orders) -> None:
    """Two shoppers who hit on the same key are two shoppers."""
    first = await orders.place("k", orders.token("one"))
    second = await orders.place("k", orders.token("two"))
    assert first.json()["id"] != second.json()["id"]


async def test_a_refusal_is_returned_again_for_its_key(orders: Orders) -> None:
    """A failed command's key returns the failure, though by now it could succeed."""
    wanted = [{"sku": "BREAD", "quantity": 1}]
    first = await orders.place("bread", lines=wanted)
    await orders.deliver(*orders.product("BREAD"))
    again = await orders.place("bread", lines=wanted)
    assert first.status_code == again.status_code == 422
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("changed", "status", "slug", "pointer"),
    [
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, 422, "unknown_product", "/lines/0/sku"),
        ({"lines": [{"sku": "EGGS", "quantity": 0}]}, 422, "invalid_request", "/lines/0/quantity"),
        ({"lines": [{"sku": "EGGS", "quantity": -1}]}, 422, "invalid_request", "/lines/0/quantity"),
        ({"lines": [{"sku": "EGGS", "quantity": 1}] * 10_001}, 422, "invalid_request", "/lines"),
        ({"lines": []}, 422, "invalid_request", "/lines"),
        ({"fulfilment": {"type": "pickup", "store_code": "S9"}}, 422, "unknown_store", "/fulfilment/store_code"),
        ({"fulfilment": {"type": "pickup", "store_code": "S2"}}, 409, "store_closed", "/fulfilment/store_code"),
        ({"payment": {"method": "card"}}, 422, "payment_method_unavailable", "/payment/method"),
        ({"claims": ["SAVE10"]}, 422, "unknown_claim", "/claims/0"),
        ({"cart_id": "c1"}, 404, "cart_not_found", "/cart_id"),
        ({"customer_id": "other"}, 403, "not_yours", "/customer_id"),
        ({"expected_total": {"amount": "2.00", "currency": "USD"}}, 409, "price_changed", "/expected_total"),
        ({"expected_total": {"amount": "3.00", "currency": "EUR"}}, 422, "wrong_currency", "/expected_total/currency"),
        ({"expected_total": {"amount": "3.001", "currency": "USD"}}, 422, "invalid_request", "/expected_total"),
        ({"surprise": True}, 422, "invalid_request", "/surprise"),
    ],
)
async def test_bad_input_is_named_and_nothing_is_stored(
    orders: Orders, changed: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    answer = await orders.place(**changed)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not await orders.published()
    assert await orders.pool.fetchval("SELECT count(*) FROM orders") == 0


async def test_a_changed_price_comes_with_the_new_quote(orders: Orders) -> None:
    answer = await orders.place(expected_total={"amount": "2.00", "currency": "USD"})
    assert QuoteView.model_validate(answer.json()["quote"]).total.amount == 3


async def test_customer_care_orders_for_a_customer(orders: Orders) -> None:
    answer = await orders.place(headers=orders.token("agent", "care"), customer_id="shopper-7", channel="care")
    [placed] = await orders.published()
    assert answer.status_code == 201
    assert placed["data"]["owner"] == await orders.pseudonym("shopper-7")
    assert placed["actor"] == "agent"


async def test_a_marketplace_order_comes_in_once(orders: Orders) -> None:
    """The marketplace sends it again with a key of its own making."""
    external = {"source": "bazaar", "id": "42"}
    first, second = await orders.place(external=external), await orders.place(external=external)
    assert first.status_code == 201
    assert second.status_code == 409
    assert second.json()["type"] == "/problems/duplicate_external_order"


async def test_contact_data_stays_out_of_events_and_views(orders: Orders) -> None:
    """Personal data lives in one table, and is shown at the counter only."""
    answer = await orders.place(contact={"name": "Ada Canary", "email": "ada@canary.test"})
    assert "anary" not in answer.text
    assert "anary" not in str(await orders.published())
    order_id = answer.json()["id"]
    at_the_counter = await orders.client.get(
        f"/v1/orders/{order_id}/contact", headers=orders.token("a1", "associate", "S1")
    )
    elsewhere = await orders.client.get(f"/v1/orders/{order_id}/contact", headers=orders.token("a2", "associate", "S3"))
    assert at_the_counter.json()["name"] == "Ada Canary"
    assert elsewhere.status_code == 404


async def test_a_quote_says_what_an_order_would_cost(orders: Orders) -> None:
    body = {"channel": "web", "lines": [{"sku": "EGGS", "quantity": 3}], "store_code": "S1"}
    answer = await orders.client.post("/v1/quotes", json=body, headers=orders.token())
    assert QuoteView.model_validate(answer.json()).total.amount == pytest.approx(4.5)
