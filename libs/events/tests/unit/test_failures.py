"""Infrastructure is waited for, for ever; anything else is the record's or the handler's fault."""

import asyncpg
import pytest
from asyncpg.exceptions._base import DataError as RefusedArgument

from lintel_events.errors import is_infrastructure


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.DeadlockDetectedError(),
        asyncpg.SerializationError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.DiskFullError(),
        asyncpg.AdminShutdownError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
        asyncpg.InterfaceError("cannot call Connection.fetch(): connection has been released back to the pool"),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.InternalClientError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_time_may_heal_is_infrastructure(error: Exception) -> None:
    assert is_infrastructure(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError(),
        asyncpg.CharacterNotInRepertoireError(),
        asyncpg.UndefinedColumnError(),
        RefusedArgument("value out of int64 range"),
        asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.UnsupportedServerFeatureError("no LISTEN here"),
        KeyError("shelf"),
        ValueError("shape"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_time_will_not_heal_is_not(error: Exception) -> None:
    """Retried for ever it would stop its partition."""
    assert not is_infrastructure(error)
