"""Much work, a little of it at a time, with its progress reported; and waiting for what must come true."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from lintel_local.demo.client import Client
from lintel_local.errors import LocalError

T = TypeVar("T")
Report = Callable[[str, int, int], None]
"""Takes a stage's name, how much of it is done, and how much there is."""

BATCH = 500
_AT_ONCE = 4
_PATIENCE = 60.0


async def in_batches(stage: str, client: Client, path: str, items: Sequence[Any], report: Report) -> None:
    """Post all items to a bulk route. Raise LocalError when one of them is rejected."""
    batches = [_post(client, path, batch) for batch in cut(items)]
    await together(stage, batches, report, size=BATCH, total=len(items))


async def together(
    stage: str, work: Sequence[Awaitable[None]], report: Report, *, size: int = 1, total: int | None = None
) -> None:
    """A few at a time, each worth `size` of the total."""
    done, total = 0, len(work) if total is None else total
    free = asyncio.Semaphore(_AT_ONCE)

    async def limited(task: Awaitable[None]) -> None:
        nonlocal done
        async with free:
            await task
        done = min(done + size, total)
        report(stage, done, total)

    await asyncio.gather(*map(limited, work))


def cut(items: Sequence[T]) -> Iterable[Sequence[T]]:
    """In batches."""
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]


async def until(look: Callable[[], Awaitable[T]], good: Callable[[T], object], what: str) -> T:
    """Look again and again until it is good. Raise LocalError, saying what did not happen, after a minute."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while not good(seen := await look()):
        if asyncio.get_running_loop().time() > deadline:
            raise LocalError(f"not after {_PATIENCE:.0f} s: {what}; seen was {str(seen)[:300]}")
        await asyncio.sleep(0.05)
    return seen


async def _post(client: Client, path: str, items: Sequence[Any]) -> None:
    outcomes = (await client.post(path, {"items": items}))["items"]
    if bad := [outcome for outcome in outcomes if outcome["status"] == "rejected"]:
        raise LocalError(f"{path} refused {len(bad)} of {len(items)} items, the first: {bad[0]}")
