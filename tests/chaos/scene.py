"""What a fault is given, and how it waits for life to go on; nothing here judges by the clock."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from lintel_events.testing import until
from tests.chaos.stage import Stage
from tests.chaos.watching import Watch
from tests.chaos.wishes import Wishes

PATIENCE_S = 180.0
"""After this nothing more is expected to happen."""
WRITING = Wishes(writing=True)


@dataclass(frozen=True)
class Scene:
    stage: Stage
    watch: Watch
    random: random.Random

    def acknowledged(self) -> int:
        """Operations that the clients know to be committed."""
        return self._ended("ok")

    def failed(self) -> int:
        return self._ended("failed")

    async def effects(self) -> int:
        return int((await self.stage.rows("reader", "SELECT count(*) FROM effects"))[0][0])

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
        return sum(path.read_bytes().count(mark) for path in self.stage.directory.glob("history-*.jsonl"))


@dataclass(frozen=True)
class Fault:
    """`strike` injects, returns when it has bitten, and heals at its exit."""

    name: str
    strike: Callable[[Scene], AbstractAsyncContextManager[None]]
    brokers: int = 1
    """How many it takes."""


Struck = AsyncIterator[None]
