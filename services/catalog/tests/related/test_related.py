"""Products that belong beside another one."""

import httpx
import pytest

from lintel_catalog.testing import Catalog, a_product

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
async def products(catalog: Catalog) -> None:
    await catalog.put(
        a_product("choc", "Dark chocolate bar", ["GROCERY", "SWEETS"], None, "2.50"),
        a_product("choc-milk", "Chocolate milk", ["GROCERY", "DAIRY"], None, "1.80"),
        a_product("milk", "Whole milk", ["GROCERY", "DAIRY", "FRESH"], None, "1.10"),
        a_product("cream", "Cream", ["GROCERY", "DAIRY"], None, "1.70"),
        a_product("quark", "Quark", ["GROCERY", "DAIRY"], None, "0.99"),
    )


async def test_related_products_share_the_category_nearest_price_first(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/products/choc-milk/related")).json()
    assert [item["sku"] for item in answer["items"]] == ["cream", "milk", "quark"]
    assert (await client.get("/v1/products/choc/related")).json()["items"] == []
