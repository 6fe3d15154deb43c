"""What a failure asks for: to wait for the infrastructure, or to look at the record."""

import re

import asyncpg

DATABASE_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""How asyncpg shows that a connection of our own, used for statements that are right, is gone."""

_INFRASTRUCTURE = ("08", "40", "53", "57")
"""SQLSTATE classes: connection, transaction rollback (deadlock, serialization), resources, operator intervention."""
_LOCK_NOT_AVAILABLE = "55P03"
_LOST = re.compile(r"clos(ed|ing)|released back to the pool|is cancelling")
"""What asyncpg's InterfaceErrors of a lost connection say; it has no class for them. The others are misuse."""


def is_infrastructure(error: BaseException) -> bool:
    """True where trying again can help with nothing changed: retried for ever, never dead-lettered."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state[:2] in _INFRASTRUCTURE or state == _LOCK_NOT_AVAILABLE
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError) and _LOST.search(str(error)) is not None
    return isinstance(error, OSError | TimeoutError | asyncpg.InternalClientError)


def described(error: BaseException) -> str:
    """The error as kept beside a record: bounded, and such that both JSON and the database take it."""
    text = f"{type(error).__name__}: {error}"[:4_000].replace("\x00", "\\x00")
    return text.encode(errors="backslashreplace").decode()
