"""Prices over HTTP: which one holds where and when, and what is published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lintel_catalog.prices.commands import publish_changed_lists
from lintel_catalog.testing import Catalog, euro
from lintel_chassis.worker.deadlines import Due
from lintel_events.log.context import Context

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
async def lists(merchandiser: httpx.AsyncClient) -> None:
    """Milk for 1.00 everywhere, and a list each for the app and for store S1."""
    milk = {"name": "Milk", "category": ["GROCERY"], "price": euro("1.00")}
    await merchandiser.put("/v1/products/milk", json=milk)
    for code, scope in (("app", {"channels": ["app"]}), ("s1", {"store_codes": ["S1"]})):
        made = await merchandiser.put(
            f"/v1/price-lists/{code}", json={"currency": "EUR", "prices_include_tax": True, **scope}
        )
        assert made.status_code == 201


async def test_a_price_is_put_where_none_was_and_replaced_where_one_began_then(merchandiser: httpx.AsyncClient) -> None:
    first = await merchandiser.put("/v1/prices/app/milk", json={"price": euro("0.90")})
    second = await merchandiser.put("/v1/prices/app/milk", json={"price": euro("0.80"), "was": euro("0.90")})
    third = await merchandiser.put("/v1/prices/app/milk", json={"price": euro("0.70"), "valid_from": _in(hours=1)})
    kept = (await merchandiser.get("/v1/prices/app/milk")).json()["items"]
    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 201]
    assert [price["price"]["amount"] for price in kept] == ["0.80", "0.70"]


async def test_every_window_is_published_those_of_the_future_too(
    merchandiser: httpx.AsyncClient, catalog: Catalog
) -> None:
    """Orders quotes from its copy: what begins tonight must lie there before tonight."""
    await merchandiser.put("/v1/prices/s1/milk", json={"price": euro("0.70"), "valid_from": _in(hours=1)})
    windows = (await catalog.published("catalog.prices"))[-1]["data"]["windows"]
    assert [(window["price_list"], window["price"]["amount"], window["store_codes"]) for window in windows] == [
        ("base", "1.00", None),
        ("s1", "0.70", ["S1"]),
    ]


async def test_an_unchanged_price_publishes_nothing(merchandiser: httpx.AsyncClient, catalog: Catalog) -> None:
    for _ in range(2):
        await merchandiser.put("/v1/prices/app/milk", json={"price": euro("0.90")})
    assert len(await catalog.published("catalog.prices")) == 2


async def test_a_batch_of_prices_is_published_once_a_product(merchandiser: httpx.AsyncClient, catalog: Catalog) -> None:
    items = [
        {"price_list": "app", "sku": "milk", "price": euro("0.90")},
        {"price_list": "s1", "sku": "milk", "price": euro("0.80")},
        {"price_list": "app", "sku": "nothing", "price": euro("0.90")},
        {"price_list": "nowhere", "sku": "milk", "price": euro("0.90")},
        {"price_list": "app", "sku": "milk", "price": {"amount": "0.90", "currency": "USD"}},
        {"price_list": "app", "sku": "milk", "price": euro("0.90")},
    ]
    done = (await merchandiser.post("/v1/prices/batch", json={"items": items})).json()["items"]
    assert [item["status"] for item in done] == ["created", "created", *["rejected"] * 3, "unchanged"]
    assert [item["problem"]["type"] for item in done if item["problem"]] == [
        "/problems/product_not_found",
        "/problems/price_list_not_found",
        "/problems/wrong_currency",
    ]
    assert len(await catalog.published("catalog.prices")) == 2


@pytest.mark.parametrize(
    "price",
    [
        {"price": {"amount": "1.00", "currency": "EUR"}, "was": {"amount": "0.90", "currency": "EUR"}},
        {"price": {"amount": "1.00", "currency": "EUR"}, "was": {"amount": "2.00", "currency": "USD"}},
        {"price": {"amount": "1.00", "currency": "USD"}},
        {"price": {"amount": "1.005", "currency": "EUR"}},
        {
            "price": {"amount": "1.00", "currency": "EUR"},
            "valid_from": "2026-01-02T00:00:00Z",
            "valid_until": "2026-01-02T00:00:00Z",
        },
    ],
)
async def test_a_price_that_makes_no_sense_is_refused(merchandiser: httpx.AsyncClient, price: dict[str, Any]) -> None:
    assert (await merchandiser.put("/v1/prices/app/milk", json=price)).status_code == 422


async def test_a_list_keeps_its_currency_once_it_has_prices(merchandiser: httpx.AsyncClient) -> None:
    dollars = {"currency": "USD", "prices_include_tax": True}
    before = await merchandiser.put("/v1/price-lists/app", json=dollars)
    await merchandiser.put("/v1/prices/s1/milk", json={"price": euro("0.90")})
    after = await merchandiser.put("/v1/price-lists/s1", json=dollars)
    assert (before.status_code, after.status_code) == (200, 409)


async def test_the_base_list_stays_open_to_all(merchandiser: httpx.AsyncClient) -> None:
    narrowed = await merchandiser.put("/v1/price-lists/base", json={"currency": "EUR", "prices_include_tax": True})
    untaxed = await merchandiser.put("/v1/price-lists/base", json={"prices_include_tax": False})
    nameless = await merchandiser.put("/v1/price-lists/new", json={"prices_include_tax": False})
    assert (narrowed.status_code, untaxed.status_code, nameless.status_code) == (422, 200, 422)


async def test_a_changed_list_holds_at_once_and_its_prices_are_published_once(
    merchandiser: httpx.AsyncClient, catalog: Catalog
) -> None:
    """A list may hold every product: the request that changes it cannot publish them all."""
    await merchandiser.put("/v1/prices/s1/milk", json={"price": euro("0.80")})
    changed = {"currency": "EUR", "prices_include_tax": True, "store_codes": ["S2"]}
    put = await merchandiser.put("/v1/price-lists/s1", json=changed)
    same = await merchandiser.put("/v1/price-lists/s1", json=changed, headers={"If-Match": put.headers["etag"]})
    shown = (await merchandiser.get("/v1/products/milk?store_code=S2")).json()
    assert (put.status_code, same.status_code, shown["price"]["amount"]) == (200, 200, "0.80")
    assert await catalog.pool.fetchval("SELECT count(*) FROM deadlines") == 1
    now = datetime.now(UTC)
    for _ in range(2):
        async with catalog.units(Context(correlation_id="test")) as unit:
            await publish_changed_lists(unit, [Due("s1", now, Context(correlation_id="the change"))], now)
    events = await catalog.published("catalog.prices")
    assert len(events) == 3
    assert events[-1]["data"]["windows"][1]["store_codes"] == ["S2"]
    assert events[-1]["sequence"] == "0001-000000000003"


def _in(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()
