"""Tokens, scopes and tickets at the routes."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from lintel_chassis.testing import Issuer

pytestmark = pytest.mark.integration


async def test_a_public_route_asks_for_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/notes", headers={"Authorization": "Bearer nonsense"})).status_code == 200


async def test_without_a_token_nothing_happens(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/notes", json={"id": "n", "text": "t"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_any_one_of_the_scopes_suffices(client: httpx.AsyncClient, issuer: Issuer) -> None:
    for number, scope in enumerate(("shopper", "guest", "ops", "pos guest")):
        answer = await client.post(
            "/v1/notes", json={"id": f"n{number}", "text": "t"}, headers=issuer.bearer("ada", scope)
        )
        assert answer.status_code == 201


async def test_another_scope_is_forbidden(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await client.post("/v1/notes", json={"id": "n", "text": "t"}, headers=issuer.bearer("ada", "pos"))
    assert answer.status_code == 403
    assert "guest, shopper" in answer.json()["detail"]


async def test_an_expired_token_is_refused_though_it_was_verified_before(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    """Verified tokens are remembered, but not beyond their end."""
    headers = issuer.bearer("ada", exp=datetime.now(UTC) + timedelta(seconds=1))
    assert (await client.get("/v1/notes/none", headers=headers)).status_code == 404
    await asyncio.sleep(0.2)
    late = issuer.bearer("ada", exp=datetime.now(UTC) - timedelta(seconds=60))
    assert (await client.get("/v1/notes/none", headers=late)).status_code == 401


async def test_anothers_thing_is_not_there(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await client.post("/v1/notes", json={"id": "n1", "text": "t"}, headers=issuer.bearer("ada"))
    assert (await client.get("/v1/notes/n1", headers=issuer.bearer("bob"))).status_code == 404
    assert (await client.get("/v1/notes/n1", headers=issuer.bearer("root", "ops"))).status_code == 200


async def test_a_ticket_opens_its_own_stream_only(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """A browser's EventSource can send no header."""
    given = await client.post("/v1/notes/n1/events", headers=issuer.bearer("ada"))
    assert given.status_code == 201
    ticket = given.json()["ticket"]
    assert (await client.get("/v1/notes/n2/events", params={"ticket": ticket})).status_code == 401
    assert (await client.get("/v1/notes/n1", params={"ticket": ticket})).status_code == 401
    assert (await client.get("/v1/notes/n1/events", params={"ticket": ticket + "x"})).status_code == 401
    runtime = client._transport.app.state.runtime  # type: ignore[attr-defined]  # httpx has no public way to it
    asyncio.get_running_loop().call_later(0.3, runtime.stopping.set)
    opened = await client.get("/v1/notes/n1/events", params={"ticket": ticket})
    assert (opened.status_code, opened.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert opened.text.startswith("id: 1\nevent: note\n")


async def test_a_ticket_is_given_to_those_who_may_call_the_stream(client: httpx.AsyncClient, issuer: Issuer) -> None:
    assert (await client.post("/v1/notes/n1/events", headers=issuer.bearer("ada", "guest"))).status_code == 403
