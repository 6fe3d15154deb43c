"""Every text, number and moment of every route is sent what no table can hold: nothing fails, places are named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.system.openapi import Operation, Schema, operations
from tests.system.requests import bodies, call
from tests.system.running import System
from tests.system.shop import Headers, Shop, fresh

pytestmark = pytest.mark.e2e

NUL = "a\0b"
LONG = "9" * 5_000
TEXTS = (NUL, "\ud800", LONG, "", "../..", "a/b?c#d", "\u202e%s{0}'\"")
NUMBERS = (2**31, 2**63, -(2**63) - 1, 10**400, 1e308, 1.5, -1, True)
AMOUNTS = ("1e-20000", "1e20000", "9" * 15, "1_0", "0." + "1" * 400)
MOMENTS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
    "2026-02-03T04:05:06",
    "1e300",
)
MUST_BE_REFUSED = (NUL, "\ud800")


def hostile(schema: Schema) -> Iterable[Any]:
    """What such a leaf is sent."""
    kinds = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    if kinds & {"integer", "number"}:
        return (*NUMBERS, *AMOUNTS)
    if "date" in str(schema.get("format")):
        return (*MOMENTS, NUL)
    return (*TEXTS, *AMOUNTS, *MOMENTS)


@dataclass(frozen=True)
class Sample:
    """Somebody with every right, and things by the names that routes have for them."""

    shop: Shop
    things: dict[str, Any]
    headers: Headers


@pytest.fixture(scope="module")
async def sample(system: System) -> Sample:
    shop = system.shop
    store = await shop.open_store()
    sku = await shop.stock(store, 10)
    order = await shop.confirmed(store, sku)
    sale = (await shop.sell(store, sku)).json()
    money = {"amount": "1.50", "currency": "USD"}
    things = {"order_id": order["id"], "sale_id": sale["id"], "store_code": store, "sku": sku, "price_list": "base",
              "price": money, "total": money, "unit_price": money, "currency": "USD", "timezone": "America/New_York",
              "opening_hours": "24/7", "line_id": "1", "country": "US"}  # fmt: skip
    return Sample(shop, things, shop.auth("ops", "hostile"))


@pytest.mark.parametrize("operation", operations(), ids=str)
async def test_no_value_makes_a_route_fail(sample: Sample, operation: Operation) -> None:
    """A refusal is a problem; of what no table can hold it names the place."""
    shop, headers = sample.shop, sample.headers
    for name, value in _in_paths(operation):
        things = sample.things | {name: quote(value, safe="", errors="surrogatepass")}
        _check(await call(shop.client, operation, things, headers), None, value)
    for name, value in _in_queries(operation):
        _check(await call(shop.client, operation, sample.things, headers, query={name: value}), name, value)
    for name, value in _in_headers(operation):
        _check(await call(shop.client, operation, sample.things, headers | {name: value}), None, value)
    for pointer, value, body in bodies(operation, operation.body or {"const": None}, sample.things, hostile):
        _check(await call(shop.client, operation, sample.things, headers, body=_anew(body, pointer)), pointer, value)


def _anew(body: Any, pointer: str) -> Any:
    """With an id of its own: the same again would be no new thing."""
    return {**body, "id": fresh("id")} if "id" in body and pointer != "/id" else body


def _in_paths(operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            yield from ((parameter["name"], value) for value in TEXTS if value and "\ud800" not in value)


def _in_queries(operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        if parameter["in"] == "query":
            for value in hostile(parameter["schema"]):
                if "\ud800" not in str(value):
                    yield parameter["name"], str(value)


def _in_headers(operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        if parameter["in"] == "header":
            yield from ((parameter["name"], value) for value in (LONG, "1_0", "-1", "%00"))


def _check(answer: httpx.Response, place: str | None, value: Any) -> None:
    about = (
        answer.request.method,
        str(answer.request.url)[:200],
        place,
        str(value)[:40],
        answer.text[:500] if answer.is_stream_consumed else "",
    )
    assert answer.status_code < 500, about
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", about
    if place is None or value not in MUST_BE_REFUSED:
        return
    assert answer.status_code >= 400, about
    if value == NUL and answer.status_code != 401:
        named = [error.get("pointer") or error.get("parameter") for error in answer.json()["errors"]]
        assert place in named, about
