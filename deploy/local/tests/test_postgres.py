"""PostgreSQL from a wheel."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from lintel_local.postgres import Postgres

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.start()
    server.create_service_databases()
    yield server
    server.stop()


async def test_what_was_committed_is_there_after_kill_9(postgres: Postgres) -> None:
    """The same port and the same data, so that clients only have to connect again."""
    address = postgres.url("lintel_orders")
    before = await asyncpg.connect(address)
    await before.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.kill()
    before.terminate()
    assert postgres.pid is None
    postgres.start()
    after = await asyncpg.connect(address)
    assert await after.fetchval("SELECT answer FROM kept") == 42
    await after.close()


async def test_a_service_has_its_limits_and_cannot_enter_another_database(postgres: Postgres) -> None:
    """A frozen process must not hold up its successor, and services share no data."""
    own = await asyncpg.connect(postgres.url("lintel_geo_offers"))
    shown = [await own.fetchval(f"SHOW {limit}") for limit in ("lock_timeout", "transaction_timeout")]
    await own.close()
    assert shown == ["5s", "30s"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(postgres.url("lintel_geo_offers"), database="lintel_orders")


async def test_creating_the_databases_again_keeps_them_and_their_extensions(postgres: Postgres) -> None:
    """Every start does it, also one of a newer release with one more extension."""
    postgres.create_service_databases()
    connection = await asyncpg.connect(postgres.url("lintel_geo_offers"))
    assert await connection.fetchval("SELECT earth_distance(ll_to_earth(0, 0), ll_to_earth(0, 1)) > 111000")
    await connection.close()


def test_passwords_are_for_their_owner_only(postgres: Postgres) -> None:
    """There is no default secret anywhere."""
    modes = {(postgres.directory / name).stat().st_mode & 0o777 for name in ("superuser", "passwords.json")}
    assert modes == {0o600}


def test_two_servers_run_side_by_side(postgres: Postgres, tmp_path: Path) -> None:
    """Tests run beside a developer's stack."""
    other = Postgres(tmp_path)
    other.start()
    try:
        assert other.pid
        assert other.port != postgres.port
    finally:
        other.stop()
