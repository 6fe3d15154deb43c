"""The schema that the migrations make."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lintel_geo_offers.tables import metadata

pytestmark = pytest.mark.integration

_INSERT = """
INSERT INTO stores VALUES ('S1', 'x', NULL, $1, $2, 's', 'c', NULL, 'p', 'DE', 'UTC', 'EUR', '24/7', '{}', 'open', 1)
"""


async def test_migrations_make_what_the_tables_declare(database_url: str) -> None:
    engine = create_async_engine(make_url(database_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


@pytest.mark.parametrize(
    ("lat", "lon"), [(float("nan"), 0), (0, float("nan")), (float("inf"), 0), (0, -float("inf")), (90.01, 0), (0, 181)]
)
async def test_the_database_itself_refuses_a_position_off_the_globe(database_url: str, lat: float, lon: float) -> None:
    """The extension earthdistance would accept it and answer nonsense."""
    connection = await asyncpg.connect(database_url)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(_INSERT, lat, lon)
    await connection.close()
