"""Alembic, run from a service's own package.

`src/lintel_<service>/migrations/` has the revisions in `versions/` and an env.py of three lines:

    from lintel_chassis.migrations import run
    from lintel_orders.tables import metadata

    run(metadata)
"""

import asyncio
from importlib.resources import files

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_MIGRATION_LOCK = 0x4C494E54
"""The advisory lock under which only one process migrates."""
_LOCK_TIMEOUT = "5s"
"""A DDL that waits for a lock makes everybody behind it wait too: better to fail and be run again."""


def upgrade(package: str, dsn: str, revision: str = "head") -> None:
    """Bring the database to the revision. Blocks: from a coroutine call it by `asyncio.to_thread`."""
    command.upgrade(config(package, dsn), revision)


def config(package: str, dsn: str) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(files(package) / "migrations").replace("%", "%%"))
    settings.attributes["dsn"] = dsn
    return settings


def run(metadata: MetaData) -> None:
    """What a service's env.py calls."""
    asyncio.run(_run(metadata, context.config.attributes["dsn"]))


async def _run(metadata: MetaData, dsn: str) -> None:
    url = make_url(dsn).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
