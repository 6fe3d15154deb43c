"""A record that nobody can read waits with its key, and is put right by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.system.command import lintel_events, objects
from tests.system.log import BROKEN
from tests.system.running import System, until
from tests.system.shop import Shop, fresh

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("nothing_left_lying")]

GROUP = "orders"


async def test_a_malformed_record_is_parked_and_replayed_once_it_is_mended(
    system: System, shop: Shop, tmp_path: Path
) -> None:
    """The others on its partition go on meanwhile; what follows of its own key waits behind it."""
    store, code = await shop.open_store(), fresh(BROKEN)
    sku = await shop.stock(store, 1)
    mended = _store_changed(code)
    broken = mended | {"data": mended["data"] | {"currency": 7}}
    await system.log.append("geo.stores", code, json.dumps(broken).encode())
    letter = await _letter_of(system, code)
    assert "currency" in letter["error"]
    renaming = {"id": str(uuid4()), "sequence": "0001-000000000002", "data": mended["data"] | {"name": "Renamed"}}
    await system.log.append("geo.stores", code, json.dumps(mended | renaming).encode())
    assert (await _quote(shop, code, sku)) == 422
    assert await shop.confirmed(store, sku)

    value = tmp_path / "mended.json"
    value.write_text(json.dumps(mended))
    await _parked(system, "replay", "--topic", "geo.stores", "--key", code, "--value", str(value), "--yes")

    async def renamed() -> bool:
        rows = await system.rows(GROUP, "SELECT state->>'name' AS name FROM mirror WHERE key = $1", code)
        return [row["name"] for row in rows] == ["Renamed"]

    await until(renamed)
    assert await _quote(shop, code, sku) == 200

    async def closed_its_letter() -> bool:
        return letter["id"] not in [left["id"] for left in await _letters(system)]

    await until(closed_its_letter)


async def test_what_is_no_event_at_all_stops_nobody(system: System, shop: Shop) -> None:
    """Any client with access to the broker can write anything."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    before = len(await _letters(system))
    for value in (b"\xff\xfe not JSON", b"[]", b'{"specversion": "1.0"}'):
        await system.log.append("orders.orders", fresh(BROKEN), value)
    await shop.confirmed(store, sku)

    async def all_laid_aside() -> bool:
        return len(await _letters(system)) == before + 3

    await until(all_laid_aside)
    await _parked(system, "discard", "--topic", "orders.orders", "--all", "--yes")

    async def none_left() -> bool:
        return not await _letters(system)

    await until(none_left)


def _store_changed(code: str) -> dict[str, Any]:
    """As geo-offers would tell of a store."""
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/geo-offers",
        "type": "geo.StoreChanged.v1",
        "subject": code,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "sequence": "0001-000000000001",
        "correlationid": "test",
        "data": {
            "store_code": code,
            "name": "A store",
            "lat": 40.0,
            "lon": -75.0,
            "timezone": "America/New_York",
            "currency": "USD",
            "country": "US",
            "opening_hours": "24/7",
            "services": [],
            "status": "open",
        },
    }


async def _quote(shop: Shop, store: str, sku: str) -> int:
    basket = {"channel": "web", "store_code": store, "lines": [{"sku": sku, "quantity": 1}]}
    return (await shop.client.post("/v1/quotes", json=basket, headers=shop.auth("shopper"))).status_code


async def _letter_of(system: System, key: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    async def is_there() -> bool:
        shown = [await lintel_events(system, "dead", "show", GROUP, letter["id"]) for letter in await _letters(system)]
        found[:] = [letter for letter in map(json.loads, shown) if letter["key"] == key]
        return bool(found)

    await until(is_there)
    return found[0]


async def _letters(system: System) -> list[dict[str, Any]]:
    return await objects(system, "dead", "list", GROUP)


async def _parked(system: System, verb: str, *words: str) -> str:
    return await lintel_events(system, "parked", verb, GROUP, *words)
