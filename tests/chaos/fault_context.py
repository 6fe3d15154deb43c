"""What a fault is given, and how it waits for work to go on; no outcome depends on the clock."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from lintel_events.testing import until
from tests.chaos.offset_watch import OffsetWatch
from tests.chaos.testbed import Testbed
from tests.chaos.writer_control import WriterControl

PATIENCE_S = 180.0
"""After this nothing more is expected to happen."""
WRITING = WriterControl(writing=True)


@dataclass(frozen=True)
class FaultContext:
    testbed: Testbed
    watch: OffsetWatch
    random: random.Random

    def acknowledged(self) -> int:
        """Operations that the clients know to be committed."""
        return self._ended("ok")

    def failed(self) -> int:
        return self._ended("failed")

    async def effects(self) -> int:
        return int((await self.testbed.rows("reader", "SELECT count(*) FROM effects"))[0][0])

    async def more_acknowledged(self, count: int = 20) -> None:
        """Return when the clients have got so many further acknowledgements."""
        wanted = self.acknowledged() + count

        async def reached() -> bool:
            return self.acknowledged() >= wanted

        await until(reached, within=PATIENCE_S)

    async def more_effects(self, count: int = 20) -> None:
        """Return when so many further events had their effect at the reader."""
        wanted = await self.effects() + count

        async def reached() -> bool:
            return await self.effects() >= wanted

        await until(reached, within=PATIENCE_S)

    def _ended(self, outcome: str) -> int:
        mark = f'"outcome": "{outcome}"'.encode()
        return sum(path.read_bytes().count(mark) for path in self.testbed.directory.glob("history-*.jsonl"))


@dataclass(frozen=True)
class Fault:
    """`inject` injects, returns when it has bitten, and heals at its exit."""

    name: str
    inject: Callable[[FaultContext], AbstractAsyncContextManager[None]]
    brokers: int = 1
    """How many it takes."""


Injected = AsyncIterator[None]
