"""What cannot be an order is refused: the problem names the field, and nothing is stored."""

from typing import Any

import httpx
import pytest

from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e

MEBIBYTE = 1_048_576


@pytest.fixture(scope="module")
async def shelf(system: System) -> tuple[str, str]:
    """A store, and a product there."""
    store = await system.shop.open_store()
    return store, await system.shop.stock(store, 5)


def _slot(slot_id: Any) -> dict[str, Any]:
    return {"fulfilment": {"type": "pickup", "store_code": "{store}", "slot_id": slot_id}}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"lines": [{"sku": "never-heard-of", "quantity": 1}]}, "/lines/0/sku"),
        ({"lines": [{"sku": "no such form", "quantity": 1}]}, "/lines/0/sku"),
        ({"lines": [{"sku": "{sku}", "quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "{sku}", "quantity": -1}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "{sku}", "quantity": 1.5}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "{sku}", "quantity": 10**30}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "{sku}", "quantity": 1}] * 10_001}, "/lines"),
        ({"lines": "{sku}"}, "/lines"),
        ({"fulfilment": {"type": "pickup", "store_code": "never-heard-of"}}, "/fulfilment/store_code"),
        ({"fulfilment": {"type": "drone", "store_code": "{store}"}}, "/fulfilment/type"),
        (_slot("x" * 1000), "/fulfilment/slot_id"),
        ({"expected_total": {"amount": "1.50", "currency": "EUR"}}, "/expected_total/currency"),
        ({"expected_total": {"amount": "NaN", "currency": "USD"}}, "/expected_total/amount"),
        ({"channel": "pigeon"}, "/channel"),
        ({"contact": {"name": ""}}, "/contact/name"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_the_field_at_fault_is_named(
    shop: Shop, shelf: tuple[str, str], changed: dict[str, Any], pointer: str
) -> None:
    store, sku = shelf
    answer = await shop.place(store, sku, **_filled(changed, store, sku))
    assert _is_problem(answer, 422), answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await shop.orders_of(store) == []


async def test_a_closed_store_takes_no_orders(shop: Shop, shelf: tuple[str, str]) -> None:
    closed = await shop.open_store(status="closed")
    while _is_unknown(answer := await shop.place(closed, shelf[1])):
        pass  # orders has not heard of it yet
    assert _is_problem(answer, 409), answer.text
    assert answer.json()["errors"][0]["pointer"] == "/fulfilment/store_code"
    assert await shop.orders_of(closed) == []


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b'{"channel": NaN}', b"[" * 100_000, b"null"])
async def test_what_is_not_json_is_a_problem_too(shop: Shop, body: bytes) -> None:
    headers = shop.auth("shopper") | {"Idempotency-Key": "not-json", "Content-Type": "application/json"}
    answer = await shop.client.post("/v1/orders", content=body, headers=headers)
    assert _is_problem(answer, 400, 422), answer.text


async def test_a_body_too_large_is_refused_and_the_answer_arrives(shop: Shop) -> None:
    """Again and again: an answer that comes while the client still sends is easily lost."""
    headers = shop.auth("shopper") | {"Idempotency-Key": "large", "Content-Type": "application/json"}
    for _ in range(10):
        answer = await shop.client.post("/v1/orders", content=b" " * 2 * MEBIBYTE, headers=headers)
        assert _is_problem(answer, 413), answer.text


@pytest.mark.parametrize(
    "query", [{"lat": "NaN", "lon": 0}, {"lat": 0, "lon": "inf"}, {"lat": 91, "lon": 0}, {"lat": 1}, {"radius_m": -1}]
)
async def test_a_place_that_is_nowhere_is_refused(shop: Shop, query: dict[str, Any]) -> None:
    answer = await shop.client.get("/v1/stores", params=query)
    assert _is_problem(answer, 422), answer.text
    assert {error["parameter"] for error in answer.json()["errors"]} & {"lat", "lon", "radius_m"}


async def test_an_order_needs_a_key(shop: Shop, shelf: tuple[str, str]) -> None:
    """Without one, a second try is a second order."""
    store, sku = shelf
    body = {"channel": "web", "lines": [{"sku": sku, "quantity": 1}],
            "fulfilment": {"type": "pickup", "store_code": store}, "payment": {"method": "external"}}  # fmt: skip
    answer = await shop.client.post("/v1/orders", json=body, headers=shop.auth("shopper"))
    assert _is_problem(answer, 400), answer.text
    assert await shop.orders_of(store) == []


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/orders/never/cancel", "/nothing", "/v1/products/%00"])
async def test_what_is_not_there_is_a_problem(shop: Shop, path: str) -> None:
    answer = await shop.client.get(path, headers=shop.auth("ops"))
    assert _is_problem(answer, 404, 405, 422), answer.text


def _filled(value: Any, store: str, sku: str) -> Any:
    """With the store and the product in their places."""
    match value:
        case dict():
            return {name: _filled(part, store, sku) for name, part in value.items()}
        case list():
            return [_filled(part, store, sku) for part in value]
        case str():
            return value.replace("{store}", store).replace("{sku}", sku)
        case _:
            return value


def _is_unknown(answer: httpx.Response) -> bool:
    return bool(answer.json()["type"] == "/problems/unknown_store")


def _is_problem(answer: httpx.Response, *statuses: int) -> bool:
    media_type = answer.headers.get("content-type")
    return media_type == "application/problem+json" and answer.status_code in statuses and "type" in answer.json()
