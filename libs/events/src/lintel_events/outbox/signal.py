"""A wake-up call inside one process: whoever waits is woken when something was committed."""

import asyncio


class Signal:
    """Broadcast: `wake` wakes all who wait now, and whoever comes to wait after a wake they have not seen yet."""

    def __init__(self) -> None:
        self._count = 0
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def count(self) -> int:
        return self._count

    def wake(self) -> None:
        self._count += 1
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seen: int, at_most: float) -> int:
        """Return the count as soon as it is not `seen` any more, at the latest after `at_most` seconds."""
        if self._count == seen:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait((waiter,), timeout=at_most)
            finally:
                self._waiters.discard(waiter)
        return self._count
