"""What lists show, and to whom."""

import pytest

from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration


async def test_a_list_holds_ones_own_orders_newest_first_and_pages_without_gaps(orders: Orders) -> None:
    placed = [(await orders.place()).json()["id"] for _ in range(5)]
    await orders.place(headers=orders.token("somebody-else"))
    found: list[str] = []
    cursor = ""
    while True:
        page = (await orders.client.get(f"/v1/orders?limit=2{cursor}", headers=orders.token())).json()
        found += [order["id"] for order in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == placed[::-1]


async def test_associates_list_their_stores_and_care_lists_all(orders: Orders) -> None:
    placed = (await orders.place()).json()
    number = f"/v1/orders?number={placed['number']}"
    own = await orders.client.get(number, headers=orders.token("a1", "associate", "S1"))
    foreign = await orders.client.get(number, headers=orders.token("a2", "associate", "S3"))
    care = await orders.client.get(number, headers=orders.token("agent", "care"))
    assert [len(answer.json()["items"]) for answer in (own, foreign, care)] == [1, 0, 1]


async def test_an_order_is_found_by_the_beginning_of_its_number(orders: Orders) -> None:
    """People read out the first letters; what looks like a pattern is none."""
    number, care = (await orders.place()).json()["number"], orders.token("agent", "care")
    everything = ["", number[:1], number[:4].lower(), number[:7], number]
    nothing = ["_", "%", number[:2] + "_", number[1:], f"{number}-", "~"]
    for beginning, found in [*((q, [number]) for q in everything), *((q, []) for q in nothing)]:
        answer = await orders.client.get("/v1/orders", params={"q": beginning}, headers=care)
        assert [order["number"] for order in answer.json()["items"]] == found, beginning


async def test_another_shoppers_order_does_not_exist(orders: Orders) -> None:
    order_id = (await orders.place()).json()["id"]
    stranger = orders.token("stranger")
    shown = await orders.client.get(f"/v1/orders/{order_id}", headers=stranger)
    cancelled = await orders.client.post(f"/v1/orders/{order_id}/cancel", json={"reason": "x"}, headers=stranger)
    assert shown.status_code == cancelled.status_code == 404
