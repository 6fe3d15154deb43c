"""The migrations and the declared tables are one schema."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from lintel_inventory.tables import metadata
from lintel_inventory.testing.harness import Inventory


async def test_the_migrated_schema_is_the_declared_one(inventory: Inventory) -> None:
    """Queries are composed from the declaration and run on the migrated tables."""
    engine = create_async_engine(make_url(inventory.url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, metadata))
