"""Routes get what they ask of the request, however they ask."""

from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from lintel_chassis.http.given import Given, with_given

Path = Annotated[str, Given(lambda request: request.url.path)]


async def _given_only(path: Path) -> str:
    return path


async def _beside_the_request(path: Path, request: Request) -> str:
    return f"{path} {request.method}"


@pytest.mark.parametrize(("endpoint", "answer"), [(_given_only, "/here"), (_beside_the_request, "/here GET")])
async def test_a_route_may_ask_for_the_request_too(endpoint: object, answer: str) -> None:
    """FastAPI fills one parameter of a route with the request, and no second one."""
    app = FastAPI()
    app.get("/here")(with_given(endpoint))  # type: ignore[arg-type]  # two signatures, one list
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        assert (await client.get("/here")).json() == answer
