"""The one kind of database connection: asyncpg's."""

from typing import Any, TypeAlias

import asyncpg

PooledConnection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


_PLANNING = {
    # Plans are made once a connection, often while a table is still empty, and must be right when it is full: by
    # index. Left to itself PostgreSQL keeps such a plan's sequential scan until it next analyzes the table.
    "enable_seqscan": "off",
    "random_page_cost": "1.1",
    "plan_cache_mode": "force_generic_plan",
}


async def connect(dsn: str, **server_settings: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of one's own, outside any pool; a server that does not answer raises TimeoutError after 10 s."""
    return await asyncpg.connect(dsn, timeout=5, command_timeout=10, server_settings=_PLANNING | server_settings)


async def _nothing_to_reset(_: Any) -> None:
    """No session state is ever set, so there is none to reset; asyncpg itself rolls back what was left open."""


def create_pool(dsn: str, *, max_size: int) -> Pool:
    """A pool that connects when first used (`await` it, or use `async with`)."""
    return asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=max_size,
        timeout=5,
        command_timeout=30,
        statement_cache_size=512,
        reset=_nothing_to_reset,
        server_settings=_PLANNING,
    )
