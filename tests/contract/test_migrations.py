"""Every service's schema as migrated is the schema as declared."""

from collections.abc import Awaitable, Callable
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from lintel_local.services import ALL

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("module", [service.module for service in ALL])
async def test_migrations_lead_to_the_declared_tables(
    new_database: Callable[[str], Awaitable[str]], module: str
) -> None:
    """The declaration is what people read and Alembic compares; statements run on the migrated tables."""
    import_module(f"{module}.app")  # each slice declares its own tables
    declared: MetaData = import_module(f"{module}.tables").metadata
    url = await new_database(module)
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences, declared) == []
    finally:
        await engine.dispose()


def _differences(connection: Connection, declared: MetaData) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, declared))
