"""A shopper is known here by pseudonym alone, and forgotten by it."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from lintel_chassis.testing import Issuer
from lintel_contracts.orders_customers import CustomerErased
from lintel_pickup.testing import OWNER, START, Pickups, confirmed, placed, store

pytestmark = pytest.mark.integration

ERASED = CustomerErased(customer=OWNER, erased_at=START)


@pytest.fixture
async def arrived(pickups: Pickups, client: httpx.AsyncClient, issuer: Issuer) -> None:
    """Their order, and what they said when they came; the answer is kept for its key."""
    await pickups.open(store())
    await pickups.receive(placed("o1"), confirmed("o1"))
    said = {"method": "bay", "bay": "B 4711", "note": "the red bicycle"}
    headers = issuer.bearer(OWNER, "shopper") | {"Idempotency-Key": "here"}
    assert (await client.post("/v1/pickups/o1/arrive", json=said, headers=headers)).is_success


@pytest.mark.usefixtures("arrived")
async def test_what_shoppers_do_is_published_under_their_pseudonym(pickups: Pickups) -> None:
    assert [event.get("actor") for event in await pickups.published("o1")] == [None, OWNER]


@pytest.mark.usefixtures("arrived")
async def test_a_forgotten_shopper_leaves_a_pickup_of_nobodys(pickups: Pickups) -> None:
    """The store's own record stays: what was picked, when, and that somebody came."""
    before = await pickups.pickup("o1")
    await pickups.receive(ERASED)
    after = await pickups.pickup("o1")
    assert after["owner"] is None
    assert {name for name in after if after[name] != before[name]} == {"owner", "arrival"}
    assert not await _rows_with(pickups, ["B 4711", "red bicycle"])
    assert not await pickups.pool.fetch("SELECT * FROM idempotency_keys")


@pytest.mark.usefixtures("arrived")
async def test_what_was_written_over_the_code_is_forgotten_and_that_it_was_is_not(pickups: Pickups) -> None:
    """Associates write down how they knew the person."""
    await pickups.pool.execute("UPDATE pickups SET override_reason = 'the man with the red bicycle'")
    await pickups.receive(ERASED)
    assert (await pickups.pickup("o1"))["override_reason"] == "forgotten"


@pytest.mark.usefixtures("arrived")
async def test_a_forgotten_shopper_stays_so_when_their_order_is_read_again(
    pickups: Pickups, client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await pickups.receive(ERASED)
    await pickups.receive(placed("o1"), confirmed("o1"))
    assert (await pickups.pickup("o1"))["owner"] is None
    theirs = await client.get("/v1/pickups/o1", headers=issuer.bearer(OWNER, "shopper"))
    assert theirs.status_code == 404


async def _rows_with(pickups: Pickups, words: Sequence[str]) -> list[Any]:
    """Of the tables that hold what people said; the outbox holds events, which other tests look at."""
    tables = ("pickups", "idempotency_keys")
    rows = [row["t"] for name in tables for row in await pickups.pool.fetch(f"SELECT t::text FROM {name} t")]
    return [row for row in rows if any(word in row or word.encode().hex() in row for word in words)]
