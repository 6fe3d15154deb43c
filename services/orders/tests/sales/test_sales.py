"""What tills send."""

from typing import Any
from uuid import uuid4

import pytest

from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration


def sale(**changed: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "store_code": "S1",
        "register": "1",
        "business_day": "2026-11-21",
        "seq": 7,
        "device_time": "2026-11-21T18:59:00Z",
        "lines": [{"line_id": "1", "sku": "EGGS", "quantity": 2, "unit_price": {"amount": "1.50", "currency": "USD"}}],
        "tenders": [{"kind": "cash", "amount": {"amount": "3.00", "currency": "USD"}}],
        "total": {"amount": "3.00", "currency": "USD"},
    } | changed


async def test_a_sale_counts_once_however_often_it_is_sent(orders: Orders) -> None:
    """A till that had no answer sends again, perhaps hours later."""
    sold, till = sale(), orders.token("till-1", "pos", "S1")
    first = await orders.client.post("/v1/sales", json=sold, headers=till)
    again = await orders.client.post("/v1/sales", json=sold, headers=till)
    assert first.json() == {"id": sold["id"], "status": "accepted"}
    assert again.json() == {"id": sold["id"], "status": "duplicate"}
    [recorded] = await orders.published("orders.sales")
    assert recorded["channel"] == "store"
    assert recorded["data"]["lines"][0]["sku"] == "EGGS"


async def test_a_sale_of_another_store_is_refused(orders: Orders) -> None:
    answer = await orders.client.post("/v1/sales", json=sale(), headers=orders.token("till-9", "pos", "S3"))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["pointer"] == "/store_code"
    assert not await orders.published("orders.sales")


async def test_a_sale_of_an_unknown_product_is_a_fact_all_the_same(orders: Orders) -> None:
    unknown = [
        {"line_id": "1", "sku": "NEVER-SEEN", "quantity": 1, "unit_price": {"amount": "3.00", "currency": "USD"}}
    ]
    answer = await orders.client.post(
        "/v1/sales", json=sale(lines=unknown), headers=orders.token("till-1", "pos", "S1")
    )
    assert answer.json()["status"] == "accepted"


async def test_a_sale_that_names_an_order_pays_it_once(orders: Orders) -> None:
    order_id = (await orders.place()).json()["id"]
    paying, till = sale(order_id=order_id), orders.token("till-1", "pos", "S1")
    await orders.client.post("/v1/sales", json=paying, headers=till)
    await orders.client.post("/v1/sales", json=paying, headers=till)
    order = (await orders.client.get(f"/v1/orders/{order_id}", headers=orders.token())).json()
    assert order["payment"]["status"] == "captured"
    assert order["payment"]["paid"] == {"amount": "3.00", "currency": "USD"}
    [captured] = await orders.published("orders.payments")
    assert captured["data"]["sale_id"] == paying["id"]


async def test_a_sale_is_shown_to_its_store_only(orders: Orders) -> None:
    sold = sale()
    await orders.client.post("/v1/sales", json=sold, headers=orders.token("till-1", "pos", "S1"))
    own = await orders.client.get(f"/v1/sales/{sold['id']}", headers=orders.token("till-2", "pos", "S1"))
    foreign = await orders.client.get(f"/v1/sales/{sold['id']}", headers=orders.token("till-3", "pos", "S3"))
    assert own.json()["register"] == "1"
    assert foreign.status_code == 404
