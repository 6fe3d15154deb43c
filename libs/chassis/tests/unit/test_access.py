"""A route without a stated rule does not exist; the published document shows every rule."""

from typing import Annotated, Any

import orjson
import pytest

from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call
from lintel_chassis.http.documents import documents, openapi
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.routes import Router
from lintel_chassis.problems import ProblemType
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings

Shopper = Annotated[Call, allow("shopper", "guest")]


def service(router: Router) -> Service[ServiceSettings]:
    types = (ProblemType("out_of_stock", 409, "Out of stock", "Somebody was faster."),)
    return Service("notes", "Notes", ServiceSettings, (router,), problems=types)


def operation(router: Router, path: str, method: str) -> dict[str, Any]:
    document = orjson.loads(openapi(service(router)))
    assert document["openapi"].startswith("3.1")
    found: dict[str, Any] = document["paths"][path][method]
    return found


def test_a_route_that_states_no_rule_fails_its_import() -> None:
    router = Router()
    with pytest.raises(TypeError, match="GET /v1/notes must state who may call it"):

        @router.get("/v1/notes")
        async def forgotten() -> None: ...


def test_a_route_cannot_be_public_and_not() -> None:
    router = Router()
    with pytest.raises(TypeError, match="must state"):

        @router.get("/v1/notes", dependencies=[public])
        async def undecided(call: Shopper) -> None: ...


def test_the_document_names_the_scopes_of_each_operation() -> None:
    router = Router()

    @router.get("/v1/notes")
    async def notes(call: Shopper) -> None: ...

    @router.get("/v1/open")
    async def opened(call: Annotated[Call, public]) -> None: ...

    assert operation(router, "/v1/notes", "get")["security"] == [{"bearer": ["shopper", "guest"]}]
    assert operation(router, "/v1/open", "get")["security"] == []


@pytest.mark.parametrize("required", [True, False])
def test_the_document_shows_the_idempotency_key(*, required: bool) -> None:
    router = Router()

    @router.post("/v1/notes", idempotency=Idempotency.REQUIRED if required else Idempotency.HONOURED)
    async def notes(call: Shopper) -> None: ...

    (header,) = operation(router, "/v1/notes", "post")["parameters"]
    assert (header["name"], header["required"]) == ("Idempotency-Key", required)


def test_every_refusal_is_documented_as_a_problem() -> None:
    """The framework would promise a shape of its own for invalid input."""
    router = Router()

    @router.get("/v1/notes/{number}")
    async def notes(number: int, call: Shopper) -> None: ...

    responses = operation(router, "/v1/notes/{number}", "get")["responses"]
    assert set(responses) == {"200", "4XX", "5XX"}
    assert list(responses["4XX"]["content"]) == ["application/problem+json"]


def test_a_stream_comes_with_a_route_for_its_tickets() -> None:
    router = Router(prefix="/v1")

    @router.stream("/notes/{note_id}/events")
    async def follow(note_id: str, call: Shopper) -> None: ...

    ticket = operation(router, "/v1/notes/{note_id}/events", "post")
    assert set(ticket["security"][0]["bearer"]) == {"shopper", "guest"}
    assert ticket["parameters"][0]["name"] == "note_id"


def test_a_services_documents_are_its_api_and_its_problems() -> None:
    made = documents([service(Router())])
    assert set(made) == {"openapi/notes.json", "problems.md"}
    assert b"| `out_of_stock` | 409 | Out of stock | Somebody was faster. |" in made["problems.md"]
