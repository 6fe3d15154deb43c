"""Plans outlive the moment they were made in."""

import pytest

from lintel_events.testing import Toy

pytestmark = pytest.mark.integration

_LOOK = "SELECT sequence FROM notes WHERE note = ANY($1::text[])"
_SCANS = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'notes'"


async def test_a_statement_planned_on_an_empty_table_reads_the_full_one_by_its_index(toy: Toy) -> None:
    async with toy.pool.acquire() as connection:
        for _ in range(10):  # PostgreSQL settles on a plan after five
            await connection.fetch(_LOOK, ["note-1"])
        await connection.execute("INSERT INTO notes SELECT 'note-' || n, n FROM generate_series(1, 20000) AS n")
        await connection.execute("SELECT pg_stat_force_next_flush()")
        before = await connection.fetchval(_SCANS)

        assert [row["sequence"] for row in await connection.fetch(_LOOK, ["note-7"])] == [7]

        await connection.execute("SELECT pg_stat_force_next_flush()")
        assert await connection.fetchval(_SCANS) == before
