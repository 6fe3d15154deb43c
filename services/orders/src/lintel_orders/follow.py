"""Following orders live: one look at the database serves all who wait in this process."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

from lintel_events.log.context import Context
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_orders import queries
from lintel_orders.domain.order import ENDS, Status

_POLL_S = 0.25
"""How soon changes made by another process are seen; those of this one are seen at once."""
_STREAM_LOOKS_S = 60.0
_LATER = {Status.PLACED: 0, Status.CONFIRMED: 1, Status.READY: 2, Status.CANCELLING: 3} | dict.fromkeys(ENDS, 4)
"""How far into its life an order of this status is."""


class Followers:
    """Waits for orders to change. `seen` is an order's sequence, which grows with everything that is told of it."""

    def __init__(self, committed: Signal) -> None:
        self._committed = committed
        self._waiting: dict[str, int] = {}
        self._known: dict[str, tuple[Status, int]] = {}
        self._looked = Signal()
        self._looking: asyncio.Task[None] | None = None

    async def changed(
        self, units: UnitFactory, order_id: str, seen: int, at_most_s: float
    ) -> tuple[Status, int] | None:
        """Status and sequence as soon as the sequence is above `seen`; None when the time is over."""
        deadline = monotonic() + at_most_s
        self._waiting[order_id] = self._waiting.get(order_id, 0) + 1
        try:
            while (left := deadline - monotonic()) > 0:
                looked = self._looked.count
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look(units))
                await self._looked.wait(looked, left)
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
            if change := await self.changed(units, order_id, seen, _STREAM_LOOKS_S):
                seen = change[1]
                yield seen

    async def _look(self, units: UnitFactory) -> None:
        """Look again and again while anybody waits, after every commit of this process or a short while."""
        while self._waiting:
            committed = self._committed.count
            async with units(Context.unprompted()) as unit:
                self._known |= await queries.statuses(unit, list(self._waiting))
            self._looked.wake()
            await self._committed.wait(committed, _POLL_S)
