"""What is shown of slots, promises and policies."""

import httpx
import pytest

from lintel_pickup.slots.domain.grid import slot_id
from lintel_pickup.testing import START, Pickups, confirmed, placed, store

pytestmark = pytest.mark.integration


async def test_slots_are_shown_with_what_is_free_by_the_stores_calendar(
    client: httpx.AsyncClient, pickups: Pickups
) -> None:
    """It is Monday, ten in the morning there."""
    await pickups.open(store(hours="Mo-Fr 09:00-11:00; Tu off"))
    await pickups.receive(placed("o1"))

    today = (await client.get("/v1/slots?store_code=S1")).json()
    days = (await client.get("/v1/slots?store_code=S1&date=2026-11-24&days=2")).json()

    assert today["next_cursor"] is None
    assert [(slot["starts_at"], slot["capacity"], slot["free"]) for slot in today["items"]] == [
        ("2026-11-23T15:00:00Z", 2, 1),
        ("2026-11-23T15:30:00Z", 2, 2),
    ]
    assert [slot["starts_at"][:13] for slot in days["items"]] == ["2026-11-25T14"] * 2 + ["2026-11-25T15"] * 2
    assert today["items"][0]["slot_id"] == slot_id("S1", START)


async def test_a_closed_store_has_no_slots_and_an_unknown_one_does_not_exist(
    client: httpx.AsyncClient, pickups: Pickups
) -> None:
    await pickups.open(store(status="closed"))

    assert (await client.get("/v1/slots?store_code=S1")).json() == {"items": [], "next_cursor": None}
    assert (await client.get("/v1/slots/promise?store_code=S1")).json() == {"store_code": "S1", "earliest": None}
    assert (await client.get("/v1/slots?store_code=S9")).status_code == 404
    assert (await client.get("/v1/slots/promise?store_code=S9")).status_code == 404


async def test_absurd_dates_are_answered(client: httpx.AsyncClient, pickups: Pickups) -> None:
    await pickups.open(store())

    for day in ("0001-01-01", "9999-12-31"):
        assert (await client.get(f"/v1/slots?store_code=S1&date={day}&days=14")).json()["items"] == []
    assert (await client.get("/v1/slots?store_code=S1&days=15")).status_code == 422


async def test_a_queue_puts_the_promise_off(client: httpx.AsyncClient, pickups: Pickups) -> None:
    """Two wait, and two fit into half an hour: the store needs it for them."""
    await pickups.open(store())
    wish = slot_id("S1", START)
    await pickups.receive(placed("o1", slot_id=wish), placed("o2", slot_id=wish), confirmed("o1"), confirmed("o2"))

    answer = await client.get("/v1/slots/promise?store_code=S1")

    assert answer.json()["earliest"] == "2026-11-23T15:30:00Z"
