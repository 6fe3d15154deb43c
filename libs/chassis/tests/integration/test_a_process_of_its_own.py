"""The command line, the life cycle and the logs, seen from outside."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from uuid import uuid4

import asyncpg
import httpx
import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from lintel_chassis.db.tables import chassis_tables
from lintel_events.tables import backbone_tables
from lintel_local.postgres import Postgres

pytestmark = pytest.mark.integration

_SAMPLE = Path(__file__).parents[1] / "sample"
_NOBODY = "127.0.0.1:9"

Run = Callable[..., Awaitable[Process]]


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


async def start(dsn: str, *words: str, port: int = 0, **variables: str) -> Process:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LINTEL_")},
        "PYTHONPATH": str(_SAMPLE),
        "LINTEL_DATABASE_URL": dsn,
        "LINTEL_KAFKA": _NOBODY,
        "LINTEL_PORT": str(port),
        **variables,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lintel_notes", *words, env=environment, stdout=PIPE, stderr=PIPE
    )


@pytest.fixture
async def address(postgres: Postgres) -> str:
    """Of an empty database."""
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(postgres.url())
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    return postgres.url(name)


@pytest.fixture
async def migrated(address: str) -> str:
    process = await start(address, "migrate")
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return address


@asynccontextmanager
async def serving(dsn: str, *words: str, **variables: str) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    port = free_port()
    process = await start(dsn, *words, port=port, **variables)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        try:
            await until(client, "/livez", 200)
            yield process, client
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def until(client: httpx.AsyncClient, path: str, status: int) -> httpx.Response:
    """Ask until it answers so, for at most ten seconds."""
    ends = monotonic() + 10
    while True:
        try:
            answer = await client.get(path)
            if answer.status_code == status:
                return answer
        except httpx.TransportError:
            pass
        assert monotonic() < ends, f"{path} never answered {status}"
        await asyncio.sleep(0.05)


async def ended(process: Process) -> float:
    """Tell it to end; return how long that took."""
    began = monotonic()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(15):
        await process.wait()
    return monotonic() - began


async def test_migrating_twice_is_migrating_once(migrated: str) -> None:
    process = await start(migrated, "migrate")
    assert await process.wait() == 0


async def test_the_migrated_schema_is_the_declared_one(migrated: str) -> None:
    metadata = MetaData()
    backbone_tables(metadata)
    chassis_tables(metadata)

    def differences(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = create_async_engine(migrated.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_it_starts_without_its_database_and_heals_by_itself(address: str) -> None:
    """Machines start in any order."""
    async with serving(address, "serve") as (_, client):
        refused = await client.post("/v1/notes", json={"text": "early"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert (await client.get("/readyz")).status_code == 503
        await (await start(address, "migrate")).wait()
        await until(client, "/readyz", 200)
        assert (await client.post("/v1/notes", json={"text": "late"})).status_code == 200


async def test_without_its_broker_it_is_degraded_and_still_ready(migrated: str) -> None:
    async with serving(migrated) as (_, client):
        report = (await until(client, "/readyz", 200)).json()
        assert (report["status"], report["database"], report["broker"]) == ("degraded", "up", "down")
        assert set(report["workers"]) >= {"relay", "retention"}


async def test_stopped_it_finishes_what_is_in_hand_and_ends_its_streams(migrated: str) -> None:
    async with serving(migrated, "serve") as (process, client):
        await until(client, "/readyz", 200)
        slow = asyncio.create_task(client.post("/v1/notes", json={"text": "slow"}))
        async with client.stream("GET", "/v1/notes/stream") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "id: 1"
            await asyncio.sleep(0.2)
            ending = asyncio.create_task(ended(process))
            assert [line async for line in lines][-1] == ""
        assert (await slow).status_code == 200
        assert await ending < 5
        assert process.returncode == 0


async def test_with_neither_broker_nor_database_it_ends_within_ten_seconds(address: str) -> None:
    async with serving(address.replace("127.0.0.1", "127.0.0.2")) as (process, _):
        assert await ended(process) < 10


async def test_with_the_broker_away_it_ends_within_ten_seconds(migrated: str) -> None:
    async with serving(migrated) as (process, client):
        await until(client, "/readyz", 200)
        await asyncio.sleep(1)
        assert await ended(process) < 10


async def test_logs_hold_neither_queries_nor_bodies_nor_tokens(migrated: str) -> None:
    """Positions and personal data travel there."""
    canary = "c4n4ry"
    async with serving(migrated, "serve") as (process, client):
        await until(client, "/readyz", 200)
        await client.get(f"/v1/notes/{canary}?q={canary}")
        await client.get(f"/v1/notes/mine?lat={canary}", headers={"Authorization": f"Bearer {canary}"})
        await client.post(f"/v1/notes?q={canary}", json={"text": canary})
        await client.post("/v1/notes", json={"wrong": canary})
        broken = await client.post("/v1/notes", json={"text": f"break {canary}"}, headers={"X-Request-Id": "r1"})
        await ended(process)
        output, errors = await process.communicate()
    assert broken.status_code == 500
    assert canary not in broken.text
    assert canary not in output.decode() + errors.decode()
    lines = [orjson.loads(line) for line in output.splitlines()]
    failed = next(line for line in lines if line["event"] == "request failed")
    assert (failed["correlation_id"], failed["message"], failed["route"]) == ("r1", "22P02", "/v1/notes")


@contextmanager
def collecting(received: "SimpleQueue[bytes]") -> Iterator[str]:
    """A collector of spans; its address."""

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


async def test_spans_go_where_the_environment_says(migrated: str) -> None:
    """The last ones too, when the process ends."""
    received: SimpleQueue[bytes] = SimpleQueue()
    with collecting(received) as collector:
        variables = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector}
        async with serving(migrated, "serve", **variables) as (process, client):
            await until(client, "/readyz", 200)
            await client.post("/v1/notes", json={"text": "traced"})
            await ended(process)
    requests = [ExportTraceServiceRequest.FromString(received.get()) for _ in range(received.qsize())]
    resources = [resource for request in requests for resource in request.resource_spans]
    assert "POST /v1/notes" in {
        span.name for resource in resources for scope in resource.scope_spans for span in scope.spans
    }
    assert {
        attribute.value.string_value
        for resource in resources
        for attribute in resource.resource.attributes
        if attribute.key == "service.name"
    } == {"lintel-notes"}


async def test_a_collector_that_is_away_does_not_hold_up_the_end(migrated: str) -> None:
    variables = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{_NOBODY}"}
    async with serving(migrated, "serve", **variables) as (process, client):
        await until(client, "/readyz", 200)
        await client.post("/v1/notes", json={"text": "traced"})
        assert await ended(process) < 10
        assert process.returncode == 0
