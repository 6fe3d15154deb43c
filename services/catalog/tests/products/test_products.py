"""Products over HTTP: put, read, withdraw, and what is published."""

from typing import Any

import httpx
import pytest

from lintel_catalog.testing import Catalog, euro
from lintel_chassis.testing import Issuer

pytestmark = pytest.mark.integration

EGGS: dict[str, Any] = {
    "name": "Free range eggs",
    "category": ["GROCERY", "EGGS"],
    "brand": "Henrietta",
    "gtin": "4006381333931",
    "price": {"amount": "3.20", "currency": "EUR"},
}


async def test_a_put_product_is_shown_with_its_base_price(
    client: httpx.AsyncClient, merchandiser: httpx.AsyncClient
) -> None:
    made = await merchandiser.put("/v1/products/eggs", json=EGGS)
    shown = await client.get("/v1/products/eggs")
    assert made.status_code == 201, made.text
    assert shown.status_code == 200
    assert shown.json() == made.json()
    assert shown.json()["price"] == {"amount": "3.20", "currency": "EUR"}
    assert shown.json()["gtin"] == "04006381333931"
    assert shown.headers["etag"] == made.headers["etag"]


async def test_putting_the_same_again_publishes_nothing(merchandiser: httpx.AsyncClient, catalog: Catalog) -> None:
    """An import that runs every night must not shake every consumer."""
    first = await merchandiser.put("/v1/products/eggs", json=EGGS)
    again = await merchandiser.put("/v1/products/eggs", json=EGGS)
    assert again.status_code == 200
    assert again.headers["etag"] == first.headers["etag"]
    assert len(await catalog.published("catalog.products")) == 1
    assert len(await catalog.published("catalog.prices")) == 1


async def test_each_change_is_published_once_under_the_next_number(
    merchandiser: httpx.AsyncClient, catalog: Catalog
) -> None:
    await merchandiser.put("/v1/products/eggs", json=EGGS)
    await merchandiser.put("/v1/products/eggs", json={**EGGS, "name": "Eggs"})
    await merchandiser.put("/v1/products/eggs", json={**EGGS, "name": "Eggs", "price": euro("3.50")})
    products = await catalog.published("catalog.products")
    prices = await catalog.published("catalog.prices")
    assert [(event["sequence"], event["data"]["name"]) for event in products] == [
        ("0001-000000000001", "Free range eggs"),
        ("0001-000000000002", "Eggs"),
    ]
    assert [event["sequence"] for event in prices] == ["0001-000000000001", "0001-000000000002"]
    assert [window["price"]["amount"] for window in prices[-1]["data"]["windows"]] == ["3.50"]


async def test_a_withdrawn_product_is_still_shown_but_in_no_list(
    client: httpx.AsyncClient, merchandiser: httpx.AsyncClient, catalog: Catalog
) -> None:
    """Old orders and receipts link to it."""
    await merchandiser.put("/v1/products/eggs", json=EGGS)
    gone = await merchandiser.delete("/v1/products/eggs")
    again = await merchandiser.delete("/v1/products/eggs")
    assert (gone.status_code, again.status_code) == (204, 204)
    assert (await client.get("/v1/products/eggs")).json()["status"] == "withdrawn"
    assert (await client.get("/v1/products")).json()["items"] == []
    assert [event["data"]["status"] for event in await catalog.published("catalog.products")] == ["active", "withdrawn"]


async def test_a_withdrawn_product_is_sold_again_once_it_is_put(merchandiser: httpx.AsyncClient) -> None:
    await merchandiser.put("/v1/products/eggs", json=EGGS)
    await merchandiser.delete("/v1/products/eggs")
    again = await merchandiser.put("/v1/products/eggs", json=EGGS)
    assert (again.status_code, again.json()["status"]) == (200, "active")


async def test_who_knows_the_version_already_gets_304(
    client: httpx.AsyncClient, merchandiser: httpx.AsyncClient
) -> None:
    etag = (await merchandiser.put("/v1/products/eggs", json=EGGS)).headers["etag"]
    known = await client.get("/v1/products/eggs", headers={"If-None-Match": etag})
    await merchandiser.put("/v1/prices/base/eggs", json={"price": euro("2.99"), "valid_from": "2020-01-01T00:00:00Z"})
    cheaper = await client.get("/v1/products/eggs", headers={"If-None-Match": etag})
    assert (known.status_code, cheaper.status_code) == (304, 200)


async def test_a_stale_if_match_changes_nothing(merchandiser: httpx.AsyncClient) -> None:
    etag = (await merchandiser.put("/v1/products/eggs", json=EGGS)).headers["etag"]
    first = await merchandiser.put("/v1/products/eggs", json={**EGGS, "name": "A"}, headers={"If-Match": etag})
    second = await merchandiser.put("/v1/products/eggs", json={**EGGS, "name": "B"}, headers={"If-Match": etag})
    gone = await merchandiser.delete("/v1/products/eggs", headers={"If-Match": etag})
    assert (first.status_code, second.status_code, gone.status_code) == (200, 412, 412)


async def test_if_match_minds_the_product_and_not_the_price_beside_it(merchandiser: httpx.AsyncClient) -> None:
    etag = (await merchandiser.put("/v1/products/eggs", json=EGGS)).headers["etag"]
    await merchandiser.put("/v1/prices/base/eggs", json={"price": euro("2.99")})
    changed = await merchandiser.put("/v1/products/eggs", json={**EGGS, "name": "A"}, headers={"If-Match": etag})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gtin", "4006381333932"),
        ("category", []),
        ("category", ["A > B"]),
        ("name", "nul\x00"),
        ("price", {"amount": "-1", "currency": "EUR"}),
        ("colour", "red"),
    ],
)
async def test_what_is_unreadable_is_refused_by_name(merchandiser: httpx.AsyncClient, field: str, value: Any) -> None:
    refused = await merchandiser.put("/v1/products/eggs", json={**EGGS, field: value})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith(f"/{field}")


async def test_an_unknown_product_is_not_found(client: httpx.AsyncClient, merchandiser: httpx.AsyncClient) -> None:
    for answer in (
        await client.get("/v1/products/nothing"),
        await client.get("/v1/products/nothing/related"),
        await merchandiser.delete("/v1/products/nothing"),
        await merchandiser.put("/v1/prices/base/nothing", json={"price": euro("1.00")}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/product_not_found")


async def test_only_merchandisers_change_the_catalog(client: httpx.AsyncClient, issuer: Issuer) -> None:
    shopper = issuer.bearer("s1", "shopper")
    for method, path in (
        ("PUT", "/v1/products/eggs"),
        ("DELETE", "/v1/products/eggs"),
        ("POST", "/v1/products/batch"),
        ("PUT", "/v1/price-lists/web"),
        ("GET", "/v1/price-lists/base"),
        ("PUT", "/v1/prices/base/eggs"),
        ("GET", "/v1/prices/base/eggs"),
        ("POST", "/v1/prices/batch"),
    ):
        assert (await client.request(method, path, json={})).status_code == 401
        assert (await client.request(method, path, json={}, headers=shopper)).status_code == 403


async def test_a_batch_says_what_became_of_each_item(merchandiser: httpx.AsyncClient, catalog: Catalog) -> None:
    """One unreadable line of an import must not cost the others."""
    await merchandiser.put("/v1/products/eggs", json=EGGS)
    items = [{"sku": "milk", **EGGS}, {"sku": "eggs", **EGGS}, {"sku": "bad", "name": ""}, {"sku": "milk", **EGGS}]
    answer = await merchandiser.post("/v1/products/batch", json={"items": items})
    assert [(item["id"], item["status"]) for item in answer.json()["items"]] == [
        ("milk", "created"),
        ("eggs", "unchanged"),
        (None, "rejected"),
        ("milk", "unchanged"),
    ]
    assert [event["subject"] for event in await catalog.published("catalog.products")] == ["eggs", "milk"]


async def test_a_sku_put_twice_in_a_batch_ends_as_put_last_and_is_published_once(
    merchandiser: httpx.AsyncClient, catalog: Catalog
) -> None:
    items = [{"sku": "milk", **EGGS, "name": "A"}, {"sku": "milk", **EGGS, "name": "B"}]
    await merchandiser.post("/v1/products/batch", json={"items": items})
    assert [event["data"]["name"] for event in await catalog.published("catalog.products")] == ["B"]
