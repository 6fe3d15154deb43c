"""Following an order live, as a browser does: server-sent events, a ticket, resuming where it was."""

import json
from typing import Any

import httpx
import pytest

from tests.system.shop import Shop

pytestmark = pytest.mark.e2e

_LIVE = {"cancelling", "cancelled"}


async def follow(
    client: httpx.AsyncClient, path: str, until: str, headers: dict[str, str]
) -> list[tuple[int, dict[str, Any]]]:
    """Ids and orders as they come, up to the status."""
    seen: list[tuple[int, dict[str, Any]]] = []
    number = 0
    async with client.stream("GET", path, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                seen.append((number, json.loads(line[6:])))
                if seen[-1][1]["status"] == until:
                    break
    return seen


async def test_a_browser_follows_with_a_ticket_and_resumes_where_it_was(shop: Shop) -> None:
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    shopper = shop.auth("shopper", "follower")
    order = await shop.confirmed(store, sku, buyer=shopper)
    path = f"/v1/orders/{order['id']}/events"
    ticket = (await shop.client.post(path, headers=shopper)).json()["ticket"]

    before = await follow(shop.client, f"{path}?ticket={ticket}", "confirmed", {})
    last = before[-1][0]
    await shop.client.post(f"/v1/orders/{order['id']}/cancel", json={"reason": "x"}, headers=shopper)
    after = await follow(shop.client, path, "cancelled", {**shopper, "Last-Event-ID": str(last)})

    numbers = [number for number, _ in (*before, *after)]
    assert numbers == sorted(set(numbers)), "nothing twice, nothing backwards"
    assert min(number for number, _ in after) > last
    assert {seen["status"] for _, seen in after} <= _LIVE


async def test_a_ticket_opens_no_other_stream(shop: Shop) -> None:
    store = await shop.open_store()
    sku = await shop.stock(store, 2)
    shopper = shop.auth("shopper", "follower")
    followed, other = await shop.confirmed(store, sku, buyer=shopper), await shop.confirmed(store, sku, buyer=shopper)
    issued = await shop.client.post(f"/v1/orders/{followed['id']}/events", headers=shopper)
    answer = await shop.client.get(f"/v1/orders/{other['id']}/events", params={"ticket": issued.json()["ticket"]})
    assert answer.status_code == 401
