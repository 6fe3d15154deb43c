"""The connection that holds a relay's lock, and how to wait for something else without losing it."""

import asyncio
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

import asyncpg

from lintel_events.aiokafka_internals import bounded

_T = TypeVar("_T")

_BEAT_S = 2.0


class StoppingError(Exception):
    """The process was told to stop while it waited."""


class Leader:
    """Beats while something else is waited for, so that only a frozen leader falls to `idle_session_timeout`."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", stopping: asyncio.Event) -> None:
        self.connection = connection
        self.stopping = stopping

    async def beating(self, work: Coroutine[Any, Any, _T], limit_s: float = 30.0) -> _T:
        """Await the work, at most `limit_s`; `asyncio.wait_for` would wait for a cancelled task that never ends.

        Raise TimeoutError after that, StoppingError within a beat of being told to stop, and the database's errors.
        """
        task = asyncio.ensure_future(work)
        deadline = monotonic() + limit_s
        try:
            while True:
                await asyncio.wait((task,), timeout=min(_BEAT_S, max(0.0, deadline - monotonic())))
                if task.done():
                    return task.result()
                if monotonic() >= deadline:
                    raise TimeoutError(f"Kafka took longer than {limit_s} s")
                if self.stopping.is_set():
                    raise StoppingError
                await self.connection.execute("SELECT 1")
        finally:
            if not task.done():
                await bounded(task, 0)


async def sleep(stopping: asyncio.Event, seconds: float) -> bool:
    """Sleep, or return True at once when told to stop."""
    waiting = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((waiting,), timeout=seconds)
    finally:
        waiting.cancel()
    return stopping.is_set()
