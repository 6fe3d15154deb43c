"""Plans outlive the moment they were made in."""

import pytest

from lintel_events.testing import Toy

pytestmark = pytest.mark.integration

# Wide rows, as an aggregate has: of an empty table PostgreSQL then expects so few that it would rather read all.
_COLUMNS = ", ".join(f"c{number} text" for number in range(30))
_LOOK = "SELECT * FROM wide WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"
_SCANS = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'wide'"


async def test_a_statement_planned_on_an_empty_table_reads_the_full_one_by_its_index(toy: Toy) -> None:
    async with toy.pool.acquire() as connection:
        await connection.execute(
            f"CREATE TABLE wide (id text PRIMARY KEY, {_COLUMNS}) WITH (autovacuum_enabled = false)"
        )
        for _ in range(10):  # PostgreSQL settles on a plan after five
            await connection.fetch(_LOOK, ["id-1"])
        await connection.execute("INSERT INTO wide SELECT 'id-' || n FROM generate_series(1, 5000) AS n")
        await connection.execute("SELECT pg_stat_force_next_flush()")
        before = await connection.fetchval(_SCANS)

        assert [row["id"] for row in await connection.fetch(_LOOK, ["id-7"])] == ["id-7"]

        await connection.execute("SELECT pg_stat_force_next_flush()")
        assert await connection.fetchval(_SCANS) == before
