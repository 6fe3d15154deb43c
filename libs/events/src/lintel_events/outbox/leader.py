"""The connection that holds a relay's lock, and how to wait for something else without losing it."""

import asyncio
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

import asyncpg
from aiokafka.errors import KafkaTimeoutError

from lintel_events.aio import StoppingError, bounded

_T = TypeVar("_T")

_BEAT_S = 2.0
_GRACE_S = 1.0
"""Told to stop, a pass may still end: its transaction, left open, would hold readers back for 15 s and more."""


class Leader:
    """Beats while something else is waited for, so that only a frozen leader falls to `idle_session_timeout`."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", stopping: asyncio.Event) -> None:
        self.connection = connection
        self.stopping = stopping

    async def beating(self, work: Coroutine[Any, Any, _T], limit_s: float = 30.0) -> _T:
        """Await the work, at most `limit_s`; `asyncio.wait_for` would wait for a cancelled task that never ends.

        Raise KafkaTimeoutError after that, StoppingError when told to stop, and the database's errors.
        """
        task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self.stopping.wait())
        deadline = monotonic() + limit_s
        try:
            while not task.done():
                left = max(0.0, deadline - monotonic())
                await asyncio.wait((task, stopping), timeout=min(_BEAT_S, left), return_when=asyncio.FIRST_COMPLETED)
                if stopping.done():
                    await asyncio.wait((task,), timeout=min(_GRACE_S, left))
                if task.done():
                    break
                if stopping.done():
                    raise StoppingError
                if monotonic() >= deadline:
                    raise KafkaTimeoutError(f"Kafka took longer than {limit_s} s")
                await self.connection.execute("SELECT 1")
            return task.result()
        finally:
            stopping.cancel()
            if not task.done():
                await bounded(task, 0)
