"""Policies, over HTTP, and what follows from one."""

import httpx
import pytest

from lintel_chassis.testing import Issuer
from lintel_pickup.testing import Pickups, store

pytestmark = pytest.mark.integration


async def test_a_policy_that_was_put_is_the_one_that_holds(
    client: httpx.AsyncClient, pickups: Pickups, issuer: Issuer
) -> None:
    ops = issuer.bearer("olga", "ops")
    default = (await client.get("/v1/pickup-policies/S1")).json()

    put = await client.put(
        "/v1/pickup-policies/S1", json={"slot_length": "PT15M", "lead_time": "PT0S", "hold_for": "PT3S"}, headers=ops
    )
    await pickups.receive(store())

    assert default == {
        "store_code": "S1",
        "slot_length": "PT30M",
        "slot_capacity": 20,
        "lead_time": "PT15M",
        "hold_for": "P3D",
        "remind_after": "P1D",
    }
    assert (
        put.json()
        == (await client.get("/v1/pickup-policies/S1")).json()
        == {
            **default,
            "slot_length": "PT15M",
            "lead_time": "PT0S",
            "hold_for": "PT3S",
        }
    )
    slots = (await client.get("/v1/slots?store_code=S1")).json()["items"]
    assert [slot["starts_at"][11:16] for slot in slots[:2]] == ["15:00", "15:15"]
    assert (await client.get("/v1/slots/promise?store_code=S1")).json()["earliest"] == "2026-11-23T15:00:00Z"
