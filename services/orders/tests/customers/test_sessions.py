"""Guest sessions."""

import pytest

from lintel_orders.testing import Orders

pytestmark = pytest.mark.integration


async def test_a_guest_session_is_accepted_with_the_published_key(orders: Orders) -> None:
    session = (await orders.client.post("/v1/sessions")).json()
    keys = (await orders.client.get("/.well-known/jwks.json")).json()["keys"]
    assert session["visitor_id"].startswith("v_")
    assert keys[0]["alg"] == "ES256"
    assert "d" not in keys[0]
