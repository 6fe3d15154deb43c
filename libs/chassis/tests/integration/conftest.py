"""A small service of notes, on which the chassis is tried."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, StreamingResponse

from lintel_chassis.db.schema import create_chassis
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.app import Role, create_app
from lintel_chassis.http.call import Call
from lintel_chassis.http.etag import IfMatch, etag_of
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.routes import Router
from lintel_chassis.http.sse import StreamEvent, event_stream
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.testing import Issuer, running
from lintel_contracts.errors import Conflict, NotFound
from lintel_events.log.context import Context
from lintel_events.migrations import create_backbone, create_parking
from lintel_local.postgres import Postgres

router = Router(prefix="/v1/notes")


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    text: str = Field(max_length=2_000_000)
    weight: float = 0
    due: AwareDatetime | None = None


class Note(BaseModel):
    id: str
    owner: str
    text: str
    version: int


Shopper = Annotated[Call, allow("shopper")]


async def _insert(call: Call, note: NewNote) -> Note:
    owner = call.caller.subject
    if note.text == "refuse":
        raise Conflict("note_refused", "This text is refused.", "/text", hint="choose another")
    if note.text == "break":
        raise KeyError(note.text)
    call.unit.write("INSERT INTO notes (id, owner, text) VALUES ($1, $2, $3)", note.id, owner, note.text)
    return Note(id=note.id, owner=owner, text=note.text, version=1)


@router.post("", status_code=201)
async def create_note(call: Annotated[Call, allow("shopper", "guest")], note: NewNote) -> Note:
    return await _insert(call, note)


@router.post("/keyed", status_code=201, idempotency=Idempotency.REQUIRED)
async def create_keyed_note(call: Shopper, note: NewNote) -> Note:
    return await _insert(call, note)


@router.post("/named", status_code=201, idempotency=Idempotency.BODY_ID)
async def create_named_note(call: Shopper, note: NewNote) -> Note:
    return await _insert(call, note)


@router.post("/awaited", status_code=201)
async def create_awaited_note(call: Shopper, note: NewNote) -> Note:
    pool = call.runtime.pool

    async def seen_by_others() -> Response:
        count = await pool.fetchval("SELECT count(*) FROM notes WHERE id = $1", note.id)
        return JSONResponse({"committed": count, "free": pool.get_idle_size()})

    call.afterwards(seen_by_others)
    return await _insert(call, note)


@router.put("/{note_id}")
async def put_note(call: Shopper, note_id: str, note: NewNote, expected: IfMatch) -> Note:
    """Made or changed: two who make it at once end with one that made and one that changed."""
    unit, owner = call.unit, call.caller.subject
    version = await unit.fetchval("SELECT version FROM notes WHERE id = $1", note_id)
    await asyncio.sleep(0.02)
    if version is None:
        unit.write("INSERT INTO notes (id, owner, text) VALUES ($1, $2, $3)", note_id, owner, note.text)
    else:
        expected.check(etag_of(version))
        unit.write("UPDATE notes SET text = $2, version = version + 1 WHERE id = $1", note_id, note.text)
    return Note(id=note_id, owner=owner, text=note.text, version=(version or 0) + 1)


@router.get("/{note_id}")
async def get_note(call: Shopper, response: Response, note_id: str) -> Note:
    row = await call.unit.fetchrow("SELECT * FROM notes WHERE id = $1", note_id)
    caller = call.caller
    if row is None or not caller.known_as(caller.subject).owns(row["owner"]):
        raise NotFound("note_not_found", f"There is no note {note_id}.")
    response.headers["ETag"] = etag_of(row["version"])
    return Note(**dict(row))


@router.get("")
async def count_notes(call: Annotated[Call, public]) -> dict[str, Any]:
    return {"count": await call.unit.fetchval("SELECT count(*) FROM notes"), "at": call.at}


@router.stream("/{note_id}/events")
async def follow_note(note_id: str, call: Shopper) -> StreamingResponse:
    async def states() -> AsyncIterator[StreamEvent]:
        async with call.units(Context(correlation_id="stream", actor=call.caller.subject)) as unit:
            text = await unit.fetchval("SELECT text FROM notes WHERE id = $1", note_id)
        yield StreamEvent("1", "note", text or "")
        await asyncio.Event().wait()

    return event_stream(states(), call.runtime.stopping)


SERVICE = Service(name="notes", title="Notes", settings=ServiceSettings, routers=(router,))


class _Statements:
    """What of `alembic.op` the schema needs."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.statements.append(sqltext)


@pytest.fixture
async def dsn(postgres: Postgres) -> str:
    """A database with the backbone's, the chassis's and the notes' tables, empty."""
    op = _Statements()
    create_backbone(op)
    create_parking(op)
    create_chassis(op)
    op.execute("CREATE TABLE notes (id text PRIMARY KEY, owner text, text text, version int DEFAULT 1)")
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(postgres.url())
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    connection = await asyncpg.connect(postgres.url(name))
    for statement in op.statements:
        await connection.execute(statement)
    await connection.close()
    return postgres.url(name)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
def settings(dsn: str, issuer: Issuer) -> ServiceSettings:
    return ServiceSettings(
        database_url=dsn,
        kafka="127.0.0.1:9",
        port=0,
        issuers=(issuer.trusted(),),
        ticket_key="a key of thirty-two bytes or more",
        pool_size=8,
    )


@pytest.fixture
def service() -> Service[ServiceSettings]:
    return SERVICE


@pytest.fixture
async def client(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(SERVICE, settings, Role.SERVE)) as client:
        yield client


@pytest.fixture
async def database(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()
