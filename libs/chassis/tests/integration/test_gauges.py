"""Gauges are what the database says, and unknown while it is away."""

import asyncpg
import httpx
import pytest
from prometheus_client import REGISTRY

from lintel_chassis.http.app import create_app
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.testing import running
from lintel_chassis.worker.gauges import gauges
from lintel_chassis.worker.supervisor import Worker
from lintel_events.database import create_pool
from lintel_events.testing import running as working
from lintel_events.testing import until

pytestmark = pytest.mark.integration


def _deadlines(name: str, kind: str) -> float | None:
    return REGISTRY.get_sample_value(f"lintel_deadlines_{name}", {"kind": kind})


async def test_deadlines_are_shown_by_kind(dsn: str, database: "asyncpg.Connection[asyncpg.Record]") -> None:
    await database.execute("""
        INSERT INTO deadlines
        SELECT 'saga', n, clock_timestamp() + interval '1 hour', '{}'::jsonb FROM generate_series(1, 3) AS n UNION ALL
        SELECT 'no_show', n, clock_timestamp() - interval '1 hour', '{}' FROM generate_series(1, 2) AS n
    """)
    async with create_pool(dsn, max_size=2) as pool:
        reader = gauges(pool, ())
        async with working(reader):
            await until(lambda: _in_state(reader, "running"))
    assert [_deadlines(name, "saga") for name in ("waiting", "overdue", "overdue_seconds")] == [3, 0, 0]
    assert [_deadlines(name, "no_show") for name in ("waiting", "overdue")] == [2, 2]
    assert (_deadlines("overdue_seconds", "no_show") or 0) >= 3600


async def test_without_the_database_gauges_are_unknown(dsn: str) -> None:
    """An old number would look like a good one."""
    async with create_pool(dsn, max_size=2) as pool:
        reader = gauges(pool, ())
        async with working(reader):
            await until(lambda: _in_state(reader, "running"))
        assert REGISTRY.get_sample_value("lintel_outbox_events") == 0
        pool.terminate()
        async with working(reader):
            await until(lambda: _in_state(reader, "recovering"))
    assert str(REGISTRY.get_sample_value("lintel_outbox_events")) == "nan"


async def _in_state(worker: Worker, state: str) -> bool:
    return worker.state == state


async def test_the_metrics_page_tells_what_each_worker_is_doing(
    service: Service[ServiceSettings], settings: ServiceSettings
) -> None:
    """By these an alert knows that nobody leads a relay; and how much of each pool is in use."""
    async with running(create_app(service, settings)) as client:
        await until(lambda: _page_has(client, 'lintel_worker_state{state="running",worker="gauges"} 1.0'))
        assert await _page_has(client, 'lintel_worker_state{state="running",worker="relay"} 0.0')
        assert await _page_has(client, f'lintel_pool_limit{{pool="worker"}} {settings.worker_pool_size:.1f}')


async def _page_has(client: httpx.AsyncClient, line: str) -> bool:
    return line in (await client.get("/metrics")).text.splitlines()


async def test_probes_and_scrapes_are_no_requests(client: httpx.AsyncClient) -> None:
    """A readiness probe's 503 would count as a failed request, and every scrape as a good one."""
    counted = _requests()
    for path in ("/livez", "/readyz", "/metrics"):
        await client.get(path)
    assert _requests() == counted
    await client.get("/v1/notes")
    assert _requests() == counted + 1


def _requests() -> float:
    samples = (sample for family in REGISTRY.collect() for sample in family.samples)
    return sum(sample.value for sample in samples if sample.name == "lintel_http_request_seconds_count")
