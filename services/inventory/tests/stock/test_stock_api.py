"""What inventory answers: availability for shoppers, positions and their reasons for the store."""

from typing import Any

import httpx
import pytest

from lintel_chassis.testing import Issuer
from lintel_inventory.testing import Inventory, cancelled, completed, placed, receipt, sale, short_picked, substituted


@pytest.fixture
def associate(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer("anna", "associate", store_codes=["S1"])


@pytest.fixture
def ops(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer("olga", "ops")


async def test_availability_names_what_each_store_could_promise(
    client: httpx.AsyncClient, inventory: Inventory
) -> None:
    """No position means none; how much there is beyond twenty is the store's own business."""
    await inventory.enter(receipt("EGGS", 500), receipt("MILK", 3), receipt("EGGS", 8, store="S2"))

    answer = await client.post(
        "/v1/availability",
        json={
            "lines": [{"sku": "EGGS", "quantity": 10}, {"sku": "MILK"}],
            "store_codes": ["S1", "S2", "NOWHERE"],
        },
    )

    items = answer.json()["items"]
    assert [(store["store_code"], store["all_in_stock"]) for store in items] == [
        ("S1", True),
        ("S2", False),
        ("NOWHERE", False),
    ]
    assert [[(line["sku"], line["status"], line["available"]) for line in store["lines"]] for store in items] == [
        [("EGGS", "in_stock", 20), ("MILK", "low", 3)],
        [("EGGS", "low", 8), ("MILK", "out", 0)],
        [("EGGS", "out", 0), ("MILK", "out", 0)],
    ]


async def test_availability_sums_the_demand_of_lines(client: httpx.AsyncClient, inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 8))

    answer = await client.post(
        "/v1/availability",
        json={"lines": [{"sku": "EGGS", "quantity": 5}, {"sku": "EGGS", "quantity": 5}], "store_codes": ["S1"]},
    )

    assert answer.json()["items"][0]["all_in_stock"] is False


@pytest.mark.parametrize(("lines", "stores"), [(0, 1), (201, 1), (1, 0), (1, 51)])
async def test_availability_is_asked_for_so_many_lines_and_stores_at_most(
    client: httpx.AsyncClient, lines: int, stores: int
) -> None:
    body = {"lines": [{"sku": f"p{n}"} for n in range(lines)], "store_codes": [f"s{n}" for n in range(stores)]}

    assert (await client.post("/v1/availability", json=body)).status_code == 422


async def test_a_position_is_shown_to_its_store_and_known_by_its_version(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    await inventory.enter(receipt("EGGS", 5))
    await inventory.deliver(placed("o1", ("EGGS", 2)))

    answer = await client.get("/v1/stock/S1/EGGS", headers=associate)
    unchanged = await client.get("/v1/stock/S1/EGGS", headers={**associate, "If-None-Match": answer.headers["ETag"]})

    shown = {name: value for name, value in answer.json().items() if name != "as_of"}
    assert shown == {
        "store_code": "S1",
        "sku": "EGGS",
        "on_hand": 5,
        "unsellable": 0,
        "reserved": 2,
        "safety_stock": 0,
        "available": 3,
    }
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["/v1/stock/S2/EGGS", "/v1/stock/S2/EGGS/explain", "/v1/stock/S1/NOTHING"])
async def test_what_is_not_theirs_or_not_there_is_not_found(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory, path: str
) -> None:
    await inventory.enter(receipt("EGGS", 5, store="S2"))

    assert (await client.get(path, headers=associate)).status_code == 404


async def test_shoppers_see_no_positions(client: httpx.AsyncClient, issuer: Issuer) -> None:
    assert (await client.get("/v1/stock/S1/EGGS", headers=issuer.bearer("sue", "shopper"))).status_code == 403
    assert (await client.get("/v1/stock")).status_code == 401


async def test_the_list_pages_through_the_callers_stores(
    client: httpx.AsyncClient, associate: dict[str, str], ops: dict[str, str], inventory: Inventory
) -> None:
    await inventory.enter(*(receipt(f"p{n}", n + 1) for n in range(5)), receipt("p0", 1, store="S2"))

    assert await _listed(client, associate, limit=2) == [("S1", f"p{n}") for n in range(5)]
    assert await _listed(client, associate, limit=2, below=3) == [("S1", "p0"), ("S1", "p1")]
    assert await _listed(client, ops, limit=2, sku="p0") == [("S1", "p0"), ("S2", "p0")]
    assert await _listed(client, associate, limit=2, store_code="S2") == []


async def test_an_explanation_adds_up_to_the_position(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    """A number that nobody can explain is worth nothing."""
    await inventory.enter(receipt("EGGS", 500))
    await inventory.deliver(*(sale(f"s{n}", ("EGGS", 1)) for n in range(210)))
    await inventory.deliver(placed("o1", ("EGGS", 3)), placed("o2", ("EGGS", 2)), placed("o3", ("EGGS", 1)))
    await inventory.deliver(completed("o1", ("EGGS", 3)), cancelled("o2"))

    explained = (await client.get("/v1/stock/S1/EGGS/explain", headers=associate)).json()

    assert len(explained["movements"]) == 200
    assert (explained["on_hand"], explained["reserved"]) == (287, 1)
    assert explained["on_hand"] == explained["earlier"]["on_hand"] + sum(
        movement["on_hand_delta"] for movement in explained["movements"]
    )
    assert [(reservation["order_id"], reservation["quantity"]) for reservation in explained["reservations"]] == [
        ("o3", 1)
    ]
    assert explained["other_reservations"] == 0


async def test_an_explanation_of_the_past_tells_the_books_of_then(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    await inventory.enter(receipt("EGGS", 10))
    await inventory.deliver(placed("o1", ("EGGS", 3)), placed("o2", ("EGGS", 2)))
    then = (await inventory.pool.fetchval("SELECT clock_timestamp()")).isoformat()
    await inventory.deliver(short_picked("o1", "EGGS", ordered=3, picked=1), cancelled("o2"))
    later = (await inventory.pool.fetchval("SELECT clock_timestamp()")).isoformat()
    await inventory.deliver(substituted("o1", "EGGS", "BIO-EGGS", 2))
    await inventory.deliver(completed("o1", ("EGGS", 1)))

    explained = (await client.get("/v1/stock/S1/EGGS/explain", params={"at": then}, headers=associate)).json()
    explained_later = (await client.get("/v1/stock/S1/EGGS/explain", params={"at": later}, headers=associate)).json()

    assert (explained["on_hand"], explained["reserved"]) == (10, 5)
    assert {held["order_id"]: held["quantity"] for held in explained["reservations"]} == {"o1": 3, "o2": 2}
    assert {held["order_id"]: held["quantity"] for held in explained_later["reservations"]} == {"o1": 1}


async def test_safety_stock_is_kept_from_shoppers_and_announced(
    client: httpx.AsyncClient, ops: dict[str, str], associate: dict[str, str], inventory: Inventory
) -> None:
    await inventory.enter(receipt("EGGS", 5))

    answer = await client.put("/v1/stock/S1/EGGS/policy", json={"safety_stock": 4}, headers=ops)
    refused = await client.put("/v1/stock/S1/EGGS/policy", json={"safety_stock": 0}, headers=associate)
    await inventory.deliver(placed("o1", ("EGGS", 2)))

    assert answer.json()["available"] == 1
    assert refused.status_code == 403
    assert (await inventory.published("StockLevelChanged"))[-1]["data"]["available"] == 1
    assert len(await inventory.published("StockReservationRejected")) == 1


async def _listed(client: httpx.AsyncClient, headers: dict[str, str], **query: Any) -> list[tuple[str, str]]:
    """All pages."""
    found: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/stock", params={**query, **cursor}, headers=headers)).json()
        found += [(item["store_code"], item["sku"]) for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}
