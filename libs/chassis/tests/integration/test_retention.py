"""What has been kept long enough goes; what has not stays."""

import asyncio
from typing import TypeAlias

import asyncpg
import pytest

from lintel_chassis.worker.retention import retention
from lintel_events.database import create_pool

pytestmark = pytest.mark.integration

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_only_the_old_is_deleted(dsn: str, database: Connection) -> None:
    await database.execute("""
        INSERT INTO idempotency_keys (subject, route, key, fingerprint, status, headers, body, created_at)
        SELECT 'ada', '/v1/notes', n, '', 201, '{}', '', clock_timestamp() - n * interval '1 minute'
        FROM generate_series(1, 3000) AS n""")
    await database.execute("""
        INSERT INTO inbox SELECT 'notes', gen_random_uuid(), clock_timestamp() - n * interval '1 day'
        FROM generate_series(1, 60) AS n""")
    stopping = asyncio.Event()
    async with create_pool(dsn, max_size=2) as pool:
        deleting = asyncio.create_task(retention(pool).run(stopping))
        await asyncio.sleep(0.5)
        stopping.set()
        await deleting
    assert 1438 <= await database.fetchval("SELECT count(*) FROM idempotency_keys") <= 1439
    assert 29 <= await database.fetchval("SELECT count(*) FROM inbox") <= 30
