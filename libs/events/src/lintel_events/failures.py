"""What a failure asks for: to wait for the infrastructure, or to look at the record."""

import asyncpg

DATABASE_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""How asyncpg shows that a connection of our own, used for statements that are right, is gone."""

_INFRASTRUCTURE = ("08", "40", "53", "57")
"""SQLSTATE classes: connection, transaction rollback (deadlock, serialization), resources, operator intervention."""
_LOCK_NOT_AVAILABLE = "55P03"


def is_infrastructure(error: BaseException) -> bool:
    """True where trying again can help with nothing changed: retried for ever, never dead-lettered."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state[:2] in _INFRASTRUCTURE or state == _LOCK_NOT_AVAILABLE
    if isinstance(error, ValueError):  # asyncpg's refusal to encode an argument is an InterfaceError too
        return False
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)
