"""Waiting for what may never end: with a limit, or until the process is told to stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class StoppingError(Exception):
    """The process was told to stop while it waited."""


async def bounded(awaitable: Any, seconds: float) -> bool:
    """Wait at most so long, whatever the awaited task makes of its cancellation; True if it ended well."""
    task = asyncio.ensure_future(awaitable)
    try:
        await asyncio.wait((task,), timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
        task.add_done_callback(look_at)
    return task.done() and not task.cancelled() and task.exception() is None


async def unless_stopped(stopping: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T:
    """Await the work; abandon it and raise StoppingError as soon as told to stop."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise StoppingError
        return task.result()
    finally:
        stopped.cancel()
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


def look_at(task: "asyncio.Future[Any] | None") -> None:
    """Take note of a task's exception, so that nobody logs it as never retrieved."""
    if task is not None and task.done() and not task.cancelled():
        task.exception()
