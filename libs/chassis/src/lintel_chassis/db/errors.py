"""What a database's complaints mean: somebody was first, all are busy, or it is away."""

import asyncpg

from lintel_events.errors import is_infrastructure

RACES = (
    asyncpg.UniqueViolationError,
    asyncpg.ForeignKeyViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)
"""Somebody else was first, to make the same or to remove what it stood on: trying again sees what they did."""

OVERLOADED = (TimeoutError, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)


def is_database_away(error: BaseException) -> bool:
    """Whether trying again later can help with nothing changed; of asyncpg's complaint of an argument it cannot."""
    return is_infrastructure(error) and not isinstance(error, ValueError)
