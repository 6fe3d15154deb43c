"""Following orders live: one read of the database serves all who wait in this process."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

from lintel_events.log.context import Context
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_orders.orders import queries
from lintel_orders.orders.domain import ENDS, Status

_POLL_S = 0.25
"""How soon changes made by another process are seen; those of this one are seen at once."""
_STREAM_WAIT_S = 60.0
_LATER = {Status.PLACED: 0, Status.CONFIRMED: 1, Status.READY: 2, Status.CANCELLING: 3} | dict.fromkeys(ENDS, 4)
"""How far into its life an order of this status is."""


class Followers:
    """Waits for orders to change. `seen` is an order's sequence, which grows with every event of it."""

    def __init__(self, committed: Signal) -> None:
        self._committed = committed
        self._waiting: dict[str, int] = {}
        self._known: dict[str, tuple[Status, int]] = {}
        self._polled = Signal()
        self._poller: asyncio.Task[None] | None = None

    async def changed(
        self, units: UnitFactory, order_id: str, seen: int, at_most_s: float
    ) -> tuple[Status, int] | None:
        """Status and sequence as soon as the sequence is above `seen`; None when the time is over."""
        deadline = monotonic() + at_most_s
        self._waiting[order_id] = self._waiting.get(order_id, 0) + 1
        try:
            while (left := deadline - monotonic()) > 0:
                polled = self._polled.count
                if self._poller is None or self._poller.done():
                    self._poller = asyncio.create_task(self._poll(units))
                await self._polled.wait(polled, left)
                if (known := self._known.get(order_id)) and known[1] > seen:
                    return known
            return None
        finally:
            self._waiting[order_id] -= 1
            if not self._waiting[order_id]:
                del self._waiting[order_id]
                self._known.pop(order_id, None)

    async def reached(self, units: UnitFactory, order_id: str, status: Status, at_most_s: float) -> None:
        """Return when the order has this status, can no longer get it, or the time is over."""
        deadline, seen = monotonic() + at_most_s, 0
        while change := await self.changed(units, order_id, seen, deadline - monotonic()):
            if _LATER[change[0]] >= _LATER[status]:
                return
            seen = change[1]

    async def stream(self, units: UnitFactory, order_id: str, seen: int) -> AsyncIterator[int]:
        """Each new sequence of the order above `seen`, for ever."""
        while True:
            if change := await self.changed(units, order_id, seen, _STREAM_WAIT_S):
                seen = change[1]
                yield seen

    async def _poll(self, units: UnitFactory) -> None:
        """Read again and again while anybody waits, after every commit of this process or a short while."""
        while self._waiting:
            committed = self._committed.count
            async with units(Context.unprompted()) as unit:
                self._known |= await queries.statuses(unit, list(self._waiting))
            self._polled.wake()
            await self._committed.wait(committed, _POLL_S)
