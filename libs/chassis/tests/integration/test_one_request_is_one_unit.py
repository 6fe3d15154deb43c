"""A request's effects, its stored answer and its reply: all of them or none, once."""

import asyncio
from collections import Counter
from typing import Any, TypeAlias

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.testing import Issuer, running

pytestmark = pytest.mark.integration

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
def shopper(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer("ada")


def note(text: str = "hello", note_id: str = "n1", **more: Any) -> dict[str, Any]:
    return {"id": note_id, "text": text, **more}


async def test_the_reply_comes_after_the_commit(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection
) -> None:
    answer = await client.post("/v1/notes", json=note(), headers=shopper)
    assert answer.status_code == 201, answer.text
    assert await database.fetchval("SELECT owner FROM notes WHERE id = 'n1'") == "ada"


async def test_what_follows_the_commit_holds_no_connection(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    """A long poll of many shoppers would else use up the pool."""
    answer = await client.post("/v1/notes/awaited", json=note(), headers=shopper)
    assert answer.json()["committed"] == 1


async def test_the_same_key_twenty_times_at_once_has_one_effect_and_one_answer(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection
) -> None:
    headers = {**shopper, "Idempotency-Key": "k1"}
    answers = await asyncio.gather(
        *(client.post("/v1/notes/keyed", json=note(), headers=headers) for _ in range(20)),
    )
    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({answer.content for answer in answers}) == 1
    assert Counter("idempotency-replayed" in answer.headers for answer in answers) == {True: 19, False: 1}
    assert await database.fetchval("SELECT count(*) FROM notes") == 1


async def test_the_same_json_is_the_same_command(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    """A client that writes it anew may space and order it otherwise."""
    headers = {**shopper, "Idempotency-Key": "k1", "Content-Type": "application/json"}
    first = await client.post("/v1/notes/keyed", content=b'{"id":"n1","text":"t"}', headers=headers)
    again = await client.post("/v1/notes/keyed", content=b'{ "text": "t",\n "id": "n1" }', headers=headers)
    other = await client.post("/v1/notes/keyed", content=b'{"id":"n1","text":"T"}', headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_refusal_is_the_keys_answer_for_good(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection
) -> None:
    """A client that retries a refused command must not hear 'done'."""
    headers = {**shopper, "Idempotency-Key": "k1"}
    first = await client.post("/v1/notes", json=note("refuse"), headers=headers)
    again = await client.post("/v1/notes", json=note("refuse"), headers=headers)
    assert first.status_code == again.status_code == 409
    assert first.content == again.content
    assert first.json()["errors"] == [{"pointer": "/text", "detail": "This text is refused."}]
    assert first.json()["hint"] == "choose another"
    assert again.headers["content-type"] == "application/problem+json"
    assert await database.fetchval("SELECT count(*) FROM idempotency_keys") == 1


async def test_the_original_answer_comes_back_though_the_state_has_moved_on(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection
) -> None:
    headers = {**shopper, "Idempotency-Key": "k1"}
    first = await client.post("/v1/notes", json=note(), headers=headers)
    await database.execute("DELETE FROM notes")
    again = await client.post("/v1/notes", json=note(), headers=headers)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert await database.fetchval("SELECT count(*) FROM notes") == 0


async def test_a_key_used_for_other_content_is_refused(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    headers = {**shopper, "Idempotency-Key": "k1"}
    await client.post("/v1/notes", json=note(), headers=headers)
    answer = await client.post("/v1/notes", json=note(note_id="n2"), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency_key_reused")


async def test_a_key_belongs_to_its_subject(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """Guessing a key must not show another's answer."""
    for number, subject in enumerate(("ada", "bob")):
        headers = {**issuer.bearer(subject), "Idempotency-Key": "k1"}
        answer = await client.post("/v1/notes", json=note(note_id=f"n{number}"), headers=headers)
        assert answer.json()["owner"] == subject


async def test_a_required_key_is_asked_for_by_name(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    answer = await client.post("/v1/notes/keyed", json=note(), headers=shopper)
    assert (answer.status_code, answer.json()["header"]) == (400, "Idempotency-Key")


async def test_the_bodys_id_can_be_the_key(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection
) -> None:
    answers = [await client.post("/v1/notes/named", json=note(), headers=shopper) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await database.fetchval("SELECT count(*) FROM notes") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({"id": "n1"}, 422), (note("break"), 500)],
    ids=["invalid", "our defect"],
)
async def test_what_may_go_better_next_time_is_not_kept(
    client: httpx.AsyncClient, shopper: dict[str, str], database: Connection, body: dict[str, Any], status: int
) -> None:
    answer = await client.post("/v1/notes", json=body, headers={**shopper, "Idempotency-Key": "k1"})
    assert answer.status_code == status
    assert await database.fetchval("SELECT count(*) FROM idempotency_keys") == 0


async def test_two_who_make_the_same_thing_at_once_end_with_a_make_and_a_change(
    client: httpx.AsyncClient, shopper: dict[str, str]
) -> None:
    answers = await asyncio.gather(*(client.put("/v1/notes/n1", json=note(), headers=shopper) for _ in range(2)))
    assert sorted(answer.json()["version"] for answer in answers) == [1, 2]


async def test_a_stale_version_changes_nothing(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    await client.post("/v1/notes", json=note(), headers=shopper)
    current = (await client.get("/v1/notes/n1", headers=shopper)).headers["etag"]
    fits = await client.put("/v1/notes/n1", json=note("two"), headers={**shopper, "If-Match": current})
    stale = await client.put("/v1/notes/n1", json=note("three"), headers={**shopper, "If-Match": current})
    assert (fits.status_code, stale.status_code) == (200, 412)


async def test_a_client_that_has_this_version_is_told_so(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    await client.post("/v1/notes", json=note(), headers=shopper)
    etag = (await client.get("/v1/notes/n1", headers=shopper)).headers["etag"]
    answer = await client.get("/v1/notes/n1", headers={**shopper, "If-None-Match": f'"0", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_lock_that_takes_too_long_says_when_to_come_back(
    service: Service[ServiceSettings],
    settings: ServiceSettings,
    dsn: str,
    shopper: dict[str, str],
    database: Connection,
) -> None:
    await database.execute("INSERT INTO notes (id, owner, text) VALUES ('n1', 'ada', 'x')")
    impatient = settings.model_copy(update={"database_url": SecretStr(f"{dsn}?lock_timeout=100")})
    async with running(create_app(service, impatient, Role.SERVE)) as client, database.transaction():
        await database.execute("UPDATE notes SET text = 'y' WHERE id = 'n1'")
        answer = await client.put("/v1/notes/n1", json=note(), headers=shopper)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "/problems/busy"
