"""Watching the log while scenarios run: what each caused, read back from Kafka."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Self

from lintel_local.errors import LocalError
from lintel_local.verify.log import Event, Log

TOPICS = (
    "orders.orders",
    "orders.payments",
    "orders.sales",
    "inventory.reservations",
    "inventory.stock",
    "inventory.incidents",
    "pickup.pickups",
)
_PATIENCE = 30.0


class LogWatcher:
    """Keeps every event from now on. An async context manager."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self.events: list[Event] = []

    async def caused(self, since: int, expected: Mapping[str, Iterable[str]]) -> list[Event]:
        """Events number `since` and later about these subjects, once all expected types of each have been read."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while missing := self._missing(since, expected):
            if asyncio.get_running_loop().time() > deadline:
                raise LocalError(f"not in the log after {_PATIENCE:.0f} s: {', '.join(sorted(missing))}")
            await asyncio.sleep(0.05)
        about = [event for event in self.events[since:] if event.subject in expected]
        return sorted(about, key=lambda event: event.time)

    async def __aenter__(self) -> Self:
        self._log = await asyncio.to_thread(Log, self._bootstrap, TOPICS, "end")
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._following.cancel()
        with suppress(asyncio.CancelledError):
            await self._following
        self._log.__exit__(None, None, None)

    def _missing(self, since: int, expected: Mapping[str, Iterable[str]]) -> set[str]:
        if self._following.done():
            self._following.result()  # says why nothing is read any more
        seen = {(event.subject, event.type) for event in self.events[since:]}
        return {f"{name} of {subject}" for subject, names in expected.items() for name in names} - {
            f"{name} of {subject}" for subject, name in seen
        }

    async def _follow(self) -> None:
        while True:
            records = await asyncio.to_thread(self._log.poll, 0.05)
            self.events += filter(None, map(Event.parse, records))
