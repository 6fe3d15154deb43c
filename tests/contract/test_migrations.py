"""Every service's schema as migrated is the schema as declared."""

from collections.abc import Awaitable, Callable
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

pytestmark = pytest.mark.integration

SERVICES = ["catalog", "geo_offers", "inventory", "orders", "pickup"]


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_lead_to_the_declared_tables(
    new_database: Callable[[str], Awaitable[str]], service: str
) -> None:
    """The declaration is what people read and Alembic compares; statements run on the migrated tables."""
    declared: MetaData = import_module(f"lintel_{service}.tables").metadata
    url = await new_database(f"lintel_{service}")
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences, declared) == []
    finally:
        await engine.dispose()


def _differences(connection: Connection, declared: MetaData) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, declared))
