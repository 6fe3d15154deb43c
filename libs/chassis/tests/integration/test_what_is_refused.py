"""Whatever is wrong with a request, the answer is a problem that says what, and nothing else."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from lintel_chassis.testing import Issuer

pytestmark = pytest.mark.integration


@pytest.fixture
def shopper(issuer: Issuer) -> dict[str, str]:
    return {**issuer.bearer("ada"), "Content-Type": "application/json"}


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("/problems/")


@pytest.mark.parametrize("body", ["{", '{"id": "n", "text": "t", "weight": NaN}', '{"weight": Infinity}', "\xff"])
async def test_what_is_not_json_is_malformed(client: httpx.AsyncClient, shopper: dict[str, str], body: str) -> None:
    answer = await client.post("/v1/notes", content=body.encode("latin-1"), headers=shopper)
    assert problem(answer) == (400, "malformed_body")


async def test_every_fault_is_named_by_its_place(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    body = {"id": 7, "weight": "heavy", "a/b": 1}
    answer = await client.post("/v1/notes", json=body, headers=shopper)
    assert problem(answer) == (422, "invalid_request")
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/id", "/text", "/weight", "/a~1b"}
    assert "heavy" not in answer.text


@pytest.mark.parametrize("declared", [True, False], ids=["length declared", "chunked"])
async def test_a_body_beyond_the_limit_is_not_read(
    client: httpx.AsyncClient, shopper: dict[str, str], *, declared: bool
) -> None:
    async def chunks() -> Any:
        for _ in range(2_000):
            yield b" " * 1_000

    content = b" " * 2_000_000 if declared else chunks()
    answer = await client.post("/v1/notes", content=content, headers=shopper)
    assert problem(answer) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nowhere", (404, "not_found")),
        ("DELETE", "/v1/notes", (405, "method_not_allowed")),
        ("GET", "/v1/notes/none", (404, "note_not_found")),
        ("GET", "/problems/none", (404, "not_found")),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    client: httpx.AsyncClient, shopper: dict[str, str], method: str, path: str, expected: tuple[int, str]
) -> None:
    assert problem(await client.request(method, path, headers=shopper)) == expected


async def test_a_problem_has_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/problems/idempotency_key_reused")
    assert answer.status_code == 200
    assert "other content" in answer.text


@pytest.mark.parametrize(
    "header", [{"Lintel-Channel": "telepathy"}, {"Lintel-Touchpoint": "x" * 200}, {"Idempotency-Key": "k" * 300}]
)
async def test_a_header_that_is_not_understood_is_named(
    client: httpx.AsyncClient, shopper: dict[str, str], header: dict[str, str]
) -> None:
    answer = await client.post("/v1/notes", json={"id": "n", "text": "t"}, headers={**shopper, **header})
    assert problem(answer) == (400, "invalid_header")
    assert next(iter(header)) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [("?cursor=x", ["cursor"]), ("?a=1&b=2&a=3", ["a", "b", "a"]), ("?%00=", ["\0"])],
    ids=repr,
)
async def test_a_parameter_that_the_route_does_not_have_is_named(
    client: httpx.AsyncClient, shopper: dict[str, str], query: str, parameters: list[str]
) -> None:
    """A filter that is misspelt would else filter nothing."""
    for answer in (
        await client.get(f"/v1/notes{query}"),
        await client.post(f"/v1/notes{query}", json={"id": "n", "text": "t"}, headers=shopper),
    ):
        assert problem(answer) == (422, "invalid_request")
        assert [error["parameter"] for error in answer.json()["errors"]] == parameters


async def test_a_nul_in_a_body_is_named_by_its_place(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    """PostgreSQL's text has none; an escaped backslash before u0000 is no NUL."""
    body = {"id": "n", "text": "a\0b", "extra": [{"c/d": "\0"}, {"\0": 1}]}
    refused = await client.post("/v1/notes", json=body, headers=shopper)
    assert problem(refused) == (422, "invalid_request")
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/text", "/extra/0/c~1d", "/extra/1/\0"}
    taken = await client.post("/v1/notes", json={"id": "n", "text": "a\\u0000b"}, headers=shopper)
    assert taken.status_code == 201, taken.text


async def test_a_path_with_a_nul_names_nothing(client: httpx.AsyncClient, shopper: dict[str, str]) -> None:
    assert problem(await client.get("/v1/notes/a%00b", headers=shopper)) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/notes/%C2%84", "/v1/notes/a%20b%3Fc%23d", "/v1/notes/%FF"])
async def test_the_instance_of_a_problem_is_a_uri_reference(
    client: httpx.AsyncClient, shopper: dict[str, str], path: str
) -> None:
    answer = await client.get(path, headers=shopper)
    assert problem(answer) == (404, "note_not_found")
    assert re.fullmatch(r"/v1/notes/(?:[\w.~-]|%[0-9A-F]{2})+", answer.json()["instance"])


async def test_a_request_keeps_the_id_it_came_with(client: httpx.AsyncClient) -> None:
    given = await client.get("/v1/notes", headers={"X-Request-Id": "r1"})
    own = await client.get("/v1/notes", headers={"X-Request-Id": "two\twords"})
    assert given.headers["x-request-id"] == "r1"
    assert len(own.headers["x-request-id"]) == 36


async def test_when_all_connections_are_taken_it_says_when_to_come_back(
    client: httpx.AsyncClient, shopper: dict[str, str]
) -> None:
    """Eight of the pool's eight are held; the ninth must not wait for ever."""
    runtime = client._transport.app.state.runtime  # type: ignore[attr-defined]  # httpx has no public way to it
    taken = await asyncio.gather(*(runtime.pool.acquire() for _ in range(8)))
    try:
        answer = await client.get("/v1/notes", headers=shopper)
    finally:
        await asyncio.gather(*(runtime.pool.release(connection) for connection in taken))
    assert problem(answer) == (503, "busy")
