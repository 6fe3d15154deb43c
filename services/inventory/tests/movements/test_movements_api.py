"""Movements over HTTP: what stores say of their shelves."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lintel_chassis.testing import Issuer
from lintel_inventory.testing import Inventory, receipt

MOVEMENT = {"id": "m1", "store_code": "S1", "sku": "EGGS", "kind": "receipt", "quantity": 5, "reason": "delivery"}


@pytest.fixture
def associate(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer("anna", "associate", store_codes=["S1"])


def movement(**changes: Any) -> dict[str, Any]:
    return {**MOVEMENT, **changes}


async def test_a_receipt_is_booked_and_published(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    answer = await client.post("/v1/movements", json=MOVEMENT, headers=associate)

    assert answer.status_code == 201
    assert answer.json()["on_hand_delta"] == 5
    (level,) = await inventory.published("StockLevelChanged")
    assert level["data"]["available"] == 5
    assert level["actor"] == "anna"


async def test_the_same_movement_gives_the_original_answer_to_whoever_sends_it(
    client: httpx.AsyncClient, associate: dict[str, str], issuer: Issuer, inventory: Inventory
) -> None:
    """A movement's id is unique for good: longer than idempotency keys live, and for all of the store's programs."""
    another = issuer.bearer("bert", "associate", store_codes=["S1"])
    first = await client.post("/v1/movements", json=MOVEMENT, headers=associate)

    again = [await client.post("/v1/movements", json=MOVEMENT, headers=who) for who in (associate, another)]

    assert [(answer.status_code, answer.json()) for answer in again] == [(201, first.json())] * 2
    assert (await inventory.stock("EGGS"))["on_hand"] == 5


async def test_a_movement_sent_twenty_times_at_once_is_booked_once(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    answers = await asyncio.gather(*(client.post("/v1/movements", json=MOVEMENT, headers=associate) for _ in range(20)))

    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert (await inventory.stock("EGGS"))["on_hand"] == 5


@pytest.mark.parametrize("subject", ["anna", "bert"])
async def test_an_id_is_not_used_for_another_movement(
    client: httpx.AsyncClient, associate: dict[str, str], issuer: Issuer, subject: str
) -> None:
    await client.post("/v1/movements", json=MOVEMENT, headers=associate)

    answer = await client.post(
        "/v1/movements", json=movement(quantity=6), headers=issuer.bearer(subject, "associate", store_codes=["S1"])
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency_key_reused")


async def test_of_two_counts_at_once_one_is_stale(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    """Each counter saw the same books; the second would undo what the first found."""
    await inventory.enter(receipt("EGGS", 5))

    answers = await asyncio.gather(
        *(
            client.post(
                "/v1/movements",
                json=movement(id=f"c{seen}", kind="count", quantity=seen, expected_on_hand=5),
                headers=associate,
            )
            for seen in (3, 4)
        )
    )

    (counted,) = [answer for answer in answers if answer.status_code == 201]
    (stale,) = [answer for answer in answers if answer.status_code == 409]
    on_hand = (await inventory.stock("EGGS"))["on_hand"]
    assert counted.json()["quantity"] == on_hand
    assert (stale.json()["type"], stale.json()["on_hand"]) == ("/problems/stale_count", on_hand)


async def test_damage_and_repair_move_what_may_be_sold_and_not_what_is_there(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    await client.post("/v1/movements", json=MOVEMENT, headers=associate)

    await client.post("/v1/movements", json=movement(id="m2", kind="damage", quantity=3), headers=associate)
    await client.post("/v1/movements", json=movement(id="m3", kind="repair", quantity=1), headers=associate)
    refused = await client.post("/v1/movements", json=movement(id="m4", kind="repair", quantity=3), headers=associate)

    eggs = await inventory.stock("EGGS")
    assert (eggs["on_hand"], eggs["unsellable"]) == (5, 2)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nothing_to_repair")


async def test_a_movement_older_than_the_last_count_is_absorbed(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    await client.post("/v1/movements", json=movement(kind="count", quantity=4, expected_on_hand=0), headers=associate)

    late = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    answer = await client.post("/v1/movements", json=movement(id="m2", occurred_at=late), headers=associate)

    assert (answer.json()["absorbed"], answer.json()["on_hand_delta"]) == (True, 0)
    assert (await inventory.stock("EGGS"))["on_hand"] == 4


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"kind": "sale"}, "invalid_request"),
        ({"kind": "return"}, "invalid_request"),
        ({"kind": "count", "quantity": 3}, "invalid_count"),
        ({"expected_on_hand": 3}, "invalid_count"),
        ({"quantity": 0}, "invalid_quantity"),
        ({"quantity": -1}, "invalid_quantity"),
        ({"kind": "adjustment", "quantity": 0}, "invalid_quantity"),
        ({"kind": "count", "quantity": -1, "expected_on_hand": 0}, "invalid_quantity"),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, "occurred_in_future"),
        ({"sku": "no spaces"}, "invalid_request"),
        ({"colour": "red"}, "invalid_request"),
    ],
)
async def test_what_is_no_movement_is_refused(
    client: httpx.AsyncClient, associate: dict[str, str], changes: dict[str, Any], slug: str
) -> None:
    """Sales and returns come through orders only."""
    answer = await client.post("/v1/movements", json=movement(**changes), headers=associate)

    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")


async def test_each_movement_of_a_batch_has_an_outcome_of_its_own(
    client: httpx.AsyncClient, associate: dict[str, str], inventory: Inventory
) -> None:
    await client.post("/v1/movements", json=MOVEMENT, headers=associate)

    answer = await client.post(
        "/v1/movements/batch",
        json={
            "items": [
                MOVEMENT,
                movement(id="m2", sku="MILK"),
                movement(id="m3", store_code="S2"),
                movement(id="m4", kind="count", quantity=3, expected_on_hand=99),
                movement(id="m5", kind="sale"),
                movement(id="m2", sku="MILK"),
                movement(id="m6", kind="adjustment", quantity=-1),
            ]
        },
        headers=associate,
    )

    items = answer.json()["items"]
    assert [(item["index"], item["id"], item["status"]) for item in items] == [
        (0, "m1", "duplicate"),
        (1, "m2", "accepted"),
        (2, "m3", "rejected"),
        (3, "m4", "rejected"),
        (4, "m5", "rejected"),
        (5, "m2", "duplicate"),
        (6, "m6", "accepted"),
    ]
    refused = [item["problem"] for item in items if item["status"] == "rejected"]
    assert [problem["status"] for problem in refused] == [404, 409, 422]
    assert [problem["errors"][0]["pointer"] for problem in refused] == ["/store_code", "/expected_on_hand", "/kind"]
    assert (await inventory.stock("EGGS"))["on_hand"] == 4
    assert await inventory.stock("EGGS", "S2") == {}
    assert await inventory.books_add_up()


async def test_another_stores_shelf_is_not_found(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await client.post(
        "/v1/movements", json=MOVEMENT, headers=issuer.bearer("carl", "associate", store_codes=["S2"])
    )

    assert answer.status_code == 404


async def test_ops_may_book_at_every_store(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await client.post("/v1/movements", json=MOVEMENT, headers=issuer.bearer("olga", "ops"))

    assert answer.status_code == 201
