"""The migrations and the declared tables are one schema."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from lintel_pickup.tables import metadata
from lintel_pickup.testing.harness import Pickups


async def test_the_migrated_schema_is_the_declared_one(pickups: Pickups) -> None:
    """What is declared is what people read; the migrated tables are what the statements run on."""
    engine = create_async_engine(make_url(pickups.url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, metadata))
