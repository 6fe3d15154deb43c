"""Who sees and does what: to others it does not exist."""

from typing import Any

import httpx
import pytest

from lintel_chassis.testing import Issuer
from lintel_pickup.testing import OWNER, Pickups, confirmed, placed, store

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("order")]

ROUTES: dict[tuple[str, str], Any] = {
    ("GET", "/v1/pickups/o1"): None,
    ("GET", "/v1/pickups/o1/code"): None,
    ("POST", "/v1/pickups/o1/start"): None,
    ("POST", "/v1/pickups/o1/pick"): {"lines": [{"line_id": "1", "picked": 1}]},
    ("POST", "/v1/pickups/o1/ready"): {"staging_location": "A"},
    ("POST", "/v1/pickups/o1/arrive"): {"method": "app"},
    ("POST", "/v1/pickups/o1/extend"): {"collect_by": "2026-11-30T00:00:00Z"},
    ("POST", "/v1/pickups/o1/hand-over"): {"override_reason": "known"},
    ("GET", "/v1/pickups?store_code=S1"): None,
    ("PUT", "/v1/pickup-policies/S1"): {},
}
SHOPPERS = {"/v1/pickups/o1", "/v1/pickups/o1/code", "/v1/pickups/o1/arrive", "/v1/pickups/o1/extend"}


@pytest.fixture
async def order(pickups: Pickups) -> None:
    await pickups.open(store(), store("S2"))
    await pickups.receive(placed("o1"), confirmed("o1"))


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_gets_in_without_a_token(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, json=ROUTES[method, path])

    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_an_order_of_another_shopper_or_store_does_not_exist(
    client: httpx.AsyncClient, pickups: Pickups, issuer: Issuer, method: str, path: str
) -> None:
    """404 and not 403: that an order exists is nobody else's business. A scope that never fits answers 403."""
    before = await pickups.everything()
    others = [
        issuer.bearer("mallory", "shopper"),
        issuer.bearer("mallory", "guest"),
        issuer.bearer("bert", "associate", store_codes=["S2"]),
    ]

    answers = [await client.request(method, path, json=ROUTES[method, path], headers=who) for who in others]

    assert {answer.status_code for answer in answers} <= {403, 404}
    if path in SHOPPERS:
        assert answers[0].status_code == answers[1].status_code == 404
    assert await pickups.everything() == before


async def test_an_associate_does_not_see_the_shoppers_code(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """The code proves that the shopper is there."""
    staff = issuer.bearer("anna", "associate", store_codes=["S1"])

    assert (await client.get("/v1/pickups/o1/code", headers=staff)).status_code == 403
    assert "nonce" not in (await client.get("/v1/pickups/o1", headers=staff)).text


async def test_the_code_is_six_digits_and_an_image_and_stored_nowhere(
    client: httpx.AsyncClient, pickups: Pickups, issuer: Issuer
) -> None:
    answers = [await client.get("/v1/pickups/o1/code", headers=issuer.bearer(OWNER, "shopper")) for _ in range(2)]

    shown = answers[0].json()
    assert shown == answers[1].json()
    assert (len(shown["code"]), shown["code"].isdecimal(), shown["qr_svg"][:4]) == (6, True, "<svg")
    assert shown["code"] not in {str(value) for value in (await pickups.pickup("o1")).values()}


async def test_the_work_list_goes_by_slot_page_by_page(
    client: httpx.AsyncClient, pickups: Pickups, issuer: Issuer
) -> None:
    staff = issuer.bearer("anna", "associate", store_codes=["S1"])
    await pickups.receive(*(placed(f"p{n}") for n in range(6)), confirmed("p0"), placed("x", slot_id="none"))

    seen, following = [], "/v1/pickups?store_code=S1&limit=3"
    while following:
        page = (await client.get(following, headers=staff)).json()
        seen += [item["order_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        following = f"/v1/pickups?store_code=S1&limit=3&cursor={cursor}" if cursor else ""
    scheduled = await client.get("/v1/pickups?store_code=S1&status=scheduled", headers=staff)

    assert seen == ["o1", "p0", "p1", "p2", "p3", "p4", "p5"]
    assert [item["order_id"] for item in scheduled.json()["items"]] == ["o1", "p0"]


@pytest.mark.parametrize("cursor", ["WzFd", "WyJhIiwiYiJd", "W10", "WyIyMDI2LTExLTIzVDE1OjAwOjAwIiwxXQ"])
async def test_a_cursor_of_another_list_is_refused(client: httpx.AsyncClient, issuer: Issuer, cursor: str) -> None:
    staff = issuer.bearer("anna", "associate", store_codes=["S1"])

    answer = await client.get(f"/v1/pickups?store_code=S1&cursor={cursor}", headers=staff)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid_cursor")
