"""Finding products: words, filters, facets, order, and pages that stay right."""

from typing import Any

import httpx
import pytest

from lintel_catalog.testing import Catalog, a_product, euro
from lintel_chassis.http.pagination import encode_cursor

pytestmark = pytest.mark.integration

NOW = "2026-11-21T12:00:00+00:00"


@pytest.fixture(autouse=True)
async def products(catalog: Catalog) -> None:
    await catalog.put(
        a_product("choc", "Dark chocolate bar", ["GROCERY", "SWEETS"], "Cacao & Co", "2.50"),
        a_product("choc-milk", "Chocolate milk", ["GROCERY", "DAIRY"], "Meadow", "1.80"),
        a_product("milk", "Whole milk", ["GROCERY", "DAIRY", "FRESH"], "Meadow", "1.10", gtin="4006381333931"),
        a_product("soap", "Soap", ["HOME"], None, "0.90", channels=["store"]),
        {"sku": "gift", "name": "Gift wrapping", "category": ["HOME"]},
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=chocolates", ["choc-milk", "choc"]),
        ("q=choclate", ["choc-milk", "choc"]),
        ("q=milk", ["milk", "choc-milk"]),
        ("q=milk -chocolate", ["milk"]),
        ("q=meadow", ["milk", "choc-milk"]),
        ("q=sweets", ["choc"]),
        ("q=nothing-of-the-kind", []),
        ("category=GROCERY", ["choc-milk", "choc", "milk"]),
        ("category=GROCERY > DAIRY", ["choc-milk", "milk"]),
        ("category=DAIRY", []),
        ("brand=Meadow&brand=Cacao %26 Co&sort=price", ["milk", "choc-milk", "choc"]),
        ("gtin=04006381333931", ["milk"]),
        ("price_min=1.10&price_max=1.80", ["choc-milk", "milk"]),
        ("channel=web&category=HOME", ["gift"]),
        ("channel=store&category=HOME", ["gift", "soap"]),
        ("sort=price", ["soap", "milk", "choc-milk", "choc", "gift"]),
        ("sort=-price", ["choc", "choc-milk", "milk", "soap", "gift"]),
        ("sku=soap&sku=nothing&sku=choc&sku=milk&sku=soap", ["soap", "choc", "milk"]),
    ],
)
async def test_what_is_found_and_in_which_order(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    answer = await client.get(f"/v1/products?{query}")
    assert answer.status_code == 200, answer.text
    assert [item["sku"] for item in answer.json()["items"]] == found


async def test_facets_count_one_level_down_and_the_brands_beside_the_chosen_one(client: httpx.AsyncClient) -> None:
    top = (await client.get("/v1/products")).json()["facets"]
    below = (await client.get("/v1/products?category=GROCERY&brand=Meadow")).json()["facets"]
    assert top["category"] == [{"value": "GROCERY", "count": 3}, {"value": "HOME", "count": 2}]
    assert below["category"] == [{"value": "GROCERY > DAIRY", "count": 2}]
    assert below["brand"] == [{"value": "Meadow", "count": 2}, {"value": "Cacao & Co", "count": 1}]


@pytest.mark.parametrize("query", ["sort=name", "sort=price", "sort=-price", "q=milk chocolate bar or soap", "q=milk"])
async def test_rows_inserted_between_pages_shift_none(client: httpx.AsyncClient, catalog: Catalog, query: str) -> None:
    """A shopper who scrolls sees each product once, and misses none that was there."""
    before = [item["sku"] for item in (await client.get(f"/v1/products?{query}")).json()["items"]]
    seen: list[str] = []
    cursor = ""
    for page in range(20):
        answer = (await client.get(f"/v1/products?{query}&limit=1{cursor}")).json()
        assert (answer["facets"] is None) == bool(cursor)
        seen += [item["sku"] for item in answer["items"]]
        await catalog.put(a_product(f"a{page}", "Aaa milk chocolate", ["NEW"], None, f"0.{page + 10}"))
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert [sku for sku in seen if sku in before] == before
    assert len(set(seen)) == len(seen)


async def test_a_cursor_of_another_list_is_refused(client: httpx.AsyncClient) -> None:
    cursor = (await client.get("/v1/products?limit=1")).json()["next_cursor"]
    for query in (f"sort=price&cursor={cursor}", "cursor=WzFd", "cursor=nonsense"):
        answer = await client.get(f"/v1/products?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid_cursor")


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("sort=name", ("a\0", "a", NOW)),
        ("sort=name", ("a", "a\0", NOW)),
        ("sort=name", ("a", "a")),
        ("sort=name", ("a", "a", "2026-01-01T00:00:00")),
        ("sort=price", ("NaN", "a", NOW)),
        ("sort=price", ("1e999999", "a", NOW)),
        ("sort=price", ("1e-999999", "a", NOW)),
        ("q=milk", ("inf", "a", NOW)),
        ("sku=milk", (2**40, "a", NOW)),
    ],
)
async def test_a_made_up_cursor_is_refused(client: httpx.AsyncClient, query: str, values: tuple[Any, ...]) -> None:
    """Before the database sees values that it cannot hold."""
    answer = await client.get(f"/v1/products?{query}&cursor={encode_cursor(values)}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid_cursor")


@pytest.mark.parametrize("query", ["q=%00", "price_min=NaN", "gtin=123", "sort=colour", "brand=a%00"])
async def test_a_filter_that_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/v1/products?{query}")).status_code == 422


async def test_prices_are_found_as_sold_in_the_store_that_is_asked_for(
    client: httpx.AsyncClient, merchandiser: httpx.AsyncClient
) -> None:
    store = {"currency": "EUR", "store_codes": ["S1"], "prices_include_tax": True}
    await merchandiser.put("/v1/price-lists/s1", json=store)
    await merchandiser.put("/v1/prices/s1/choc", json={"price": euro("0.50")})
    cheapest = (await client.get("/v1/products?sort=price&store_code=S1&limit=1")).json()["items"][0]
    assert (cheapest["sku"], cheapest["price"]["amount"], cheapest["price_list"]) == ("choc", "0.50", "s1")


async def test_categories_are_a_tree_with_counts(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/categories")).json()["items"]
    assert [_tree(item) for item in items] == [
        ("GROCERY", 3, [("DAIRY", 2, [("FRESH", 1, [])]), ("SWEETS", 1, [])]),
        ("HOME", 2, []),
    ]


def _tree(item: dict[str, Any]) -> tuple[str, int, list[Any]]:
    return item["name"], item["count"], [_tree(child) for child in item["children"]]
