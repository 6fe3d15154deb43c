"""Personal data and positions stay where they belong: never in a log file, never on Kafka."""

import asyncio
import re
from uuid import uuid4

import pytest

from tests.system.running import System
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e

PLACE = {"lat": 51.4768131, "lon": -0.0015131}
"""Nobody else's coordinates."""


async def test_what_shoppers_say_of_themselves_is_in_no_log_and_no_event(system: System, shop: Shop) -> None:
    """Whatever becomes of the request: accepted, refused, unreadable, and whatever part of it it stands in."""
    canary = f"canary{uuid4().hex}"
    store = await shop.open_store()
    sku = await shop.stock(store, 5)
    contact = {"name": f"Ada {canary}", "email": f"{canary}@example.test", "phone": canary, "locale": canary}
    order = await shop.confirmed(store, sku, contact=contact, pickup_person=canary)
    refused = await shop.place(store, sku, contact=contact | {canary: canary}, pickup_person=canary * 100)
    assert refused.status_code == 422
    unreadable = f'{{"contact": "{canary}'.encode()
    headers = shop.auth("shopper") | {"Idempotency-Key": "unreadable", "Content-Type": "application/json"}
    assert (await shop.client.post("/v1/orders", content=unreadable, headers=headers)).status_code == 400
    assert (await shop.cancel(order["id"], shop.auth("shopper", "stranger"))).status_code == 404
    await shop.code(order["id"])  # pickup has heard of the confirmation too
    assert (await shop.work(order, "arrive", {"method": "bay", "bay": canary[:32], "note": canary})).is_success
    for path in ("/v1/products", "/v1/stores", "/v1/orders", f"/v1/orders/{order['id']}", "/v1/nothing"):
        await shop.client.get(path, params={"q": canary, "cursor": canary, "who": canary}, headers=shop.auth("shopper"))
    await shop.client.get("/v1/stores", params={**PLACE, "radius_m": 1000})
    await shop.client.get("/v1/stores", params={**PLACE, "radius_m": -1, "sku": sku})
    shown = await shop.client.get(f"/v1/orders/{order['id']}/contact", headers=shop.auth("care"))
    assert canary in shown.text
    await system.quiet()
    await _nowhere(system, canary[:32], *map(str, PLACE.values()))


async def test_tokens_and_codes_are_in_no_log_and_no_event(system: System, shop: Shop) -> None:
    """Whoever reads logs could act as the shopper."""
    store = await shop.open_store()
    order = await shop.confirmed(store, await shop.stock(store, 1))
    code = await shop.code(order["id"])
    token = shop.auth("shopper")["Authorization"].removeprefix("Bearer ")
    ticket = (await shop.client.post(f"/v1/orders/{order['id']}/events", headers=shop.auth("shopper"))).json()["ticket"]
    await shop.client.get("/v1/orders/nothing/events", params={"ticket": ticket})
    assert (await shop.work(order, "hand-over", {"code": code})).status_code == 409
    await system.quiet()
    await _nowhere(system, token, ticket, f'"{code}"')


async def _nowhere(system: System, *canaries: str) -> None:
    sought = re.compile("|".join(map(re.escape, canaries)).encode())
    logs = sorted((system.stack.directory / "logs").iterdir())
    files = await asyncio.to_thread(lambda: {log.name: log.read_bytes() for log in logs})
    assert len(files) > 5
    assert [name for name, text in files.items() if sought.search(text)] == []
    records = await system.log.read()
    assert [(record.topic, record.offset) for record in records if sought.search(record.value or b"")] == []
