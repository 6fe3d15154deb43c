"""Whether the process lives, whether it may be sent requests, and what it counts."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lintel_chassis.metrics import POOL_CONNECTIONS, POOL_LIMIT, WORKER_STATE
from lintel_chassis.runtime import Runtime, runtime_of
from lintel_chassis.worker.supervisor import STATES
from lintel_events.aio import bounded
from lintel_events.database import connect

_PATIENCE_S = 1.0
_UNAVAILABLE = 503


async def livez(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """503 only when the database is down or the process is draining.

    Without its broker, or with a consumer that is paused, a service is degraded.
    """
    runtime = runtime_of(request)
    database, broker = await asyncio.gather(_database_answers(runtime), _broker_answers(runtime.settings.kafka))
    if runtime.stopping.is_set():
        status = "draining"
    elif not database:
        status = "unavailable"
    else:
        status = "ready" if broker and "paused" not in runtime.worker_states().values() else "degraded"
    report = {
        "status": status,
        "database": "up" if database else "down",
        "broker": "up" if broker else "down",
        "workers": runtime.worker_states(),
    }
    return JSONResponse(report, _UNAVAILABLE if status in {"draining", "unavailable"} else 200)


async def metrics(request: Request) -> Response:
    runtime = runtime_of(request)
    for name, pool in runtime.pools().items():
        POOL_CONNECTIONS.labels(name, "used").set(pool.get_size() - pool.get_idle_size())
        POOL_CONNECTIONS.labels(name, "idle").set(pool.get_idle_size())
        POOL_LIMIT.labels(name).set(pool.get_max_size())
    for name, is_in in runtime.worker_states().items():
        for state in STATES:
            WORKER_STATE.labels(name, state).set(state == is_in)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _database_answers(runtime: Runtime) -> bool:
    """Ask on a connection of its own: a pool in full use is no reason to send everybody elsewhere."""
    return runtime.is_open and await bounded(_ask(runtime.settings.database_url.get_secret_value()), _PATIENCE_S)


async def _ask(dsn: str) -> None:
    connection = await connect(dsn)
    try:
        await connection.fetchval("SELECT 1")
    finally:
        connection.terminate()


async def _broker_answers(bootstrap: str) -> bool:
    """Whether any of the bootstrap servers accepts a connection."""
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        if await bounded(_connects(host, int(port)), _PATIENCE_S):
            return True
    return False


async def _connects(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
