"""The whole system as processes, with what tests do to it: break a part, heal it, look into its books and its log."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx

from lintel_local.services import ALL
from lintel_local.stack import Stack
from lintel_local.verify import Report, verify
from tests.system.log import Log
from tests.system.shop import Shop

SERVICES = tuple(service.name for service in ALL)

# Before the log is read: what is in no outbox is in the log, and there it shows beyond these offsets.
_OPEN = """
SELECT topic, partition, next_offset FROM consumer_offsets
UNION ALL (SELECT NULL, NULL, NULL FROM outbox LIMIT 1)
"""


@dataclass(frozen=True)
class System:
    """`shop` goes through the front door; `log` reads Kafka with a client that is not ours."""

    stack: Stack
    shop: Shop
    log: Log

    @asynccontextmanager
    async def without(self, *parts: str) -> AsyncIterator[None]:
        """Kill -9 these parts; they are back, and ready, when the block is left."""
        for part in parts:
            await asyncio.to_thread(self.stack.kill, part)
        try:
            yield
        finally:
            for part in parts:
                await asyncio.to_thread(self.stack.start_component, part)

    @asynccontextmanager
    async def away(self, part: str) -> AsyncIterator[None]:
        """Stop one part politely, as a deployment does; it is back when the block is left."""
        await asyncio.to_thread(self.stack.components[part].stop)
        try:
            yield
        finally:
            await asyncio.to_thread(self.stack.start_component, part)

    async def restart(self, part: str) -> None:
        async with self.away(part):
            pass

    def address(self, service: str) -> str:
        """Past the front door."""
        return f"http://127.0.0.1:{self.stack.settings.ports[service]}"

    def pids(self) -> dict[str, int | None]:
        return {name: self.stack.components[name].pid for name in SERVICES}

    async def readiness(self, service: str) -> dict[str, Any]:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.address(service)}/readyz", timeout=10)
        return {"code": answer.status_code, **answer.json()}

    async def rows(self, service: str, sql: str, *args: Any) -> list[asyncpg.Record]:
        """What a service's database says."""
        module = f"lintel_{service.replace('-', '_')}"
        connection = await asyncpg.connect(self.stack.databases.url(module))
        try:
            return await connection.fetch(sql, *args)
        finally:
            await connection.close()

    async def verify(self, *, whole_log: bool = False, patience_s: float = 20, pause_s: float = 1) -> Report:
        """What an auditor finds wrong."""
        databases = {service.name: self.stack.databases.url(service.module) for service in ALL}
        return await verify(
            databases, self.stack.bootstrap, whole_log=whole_log, patience_s=patience_s, pause_s=pause_s
        )

    async def quiet(self) -> None:
        """Return when all is published and applied; looked at twice, as one event leads to another."""

        async def all_applied() -> bool:
            by_service = await asyncio.gather(*(self.rows(service, _OPEN) for service in SERVICES))
            found = [(row["topic"], row["partition"], row["next_offset"]) for rows in by_service for row in rows]
            published = all(topic for topic, _, _ in found)
            return published and await self.log.caught_up(found)

        async def still() -> bool:
            return await all_applied() and await all_applied()

        await until(still)


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[System]:
    """A stack of its own on free ports, stopped afterwards."""
    with Stack(directory, "free") as stack:
        await asyncio.to_thread(stack.start)
        async with httpx.AsyncClient(
            base_url=stack.env()["LINTEL_URL"], timeout=40, limits=httpx.Limits(max_connections=None)
        ) as client:
            yield System(stack, Shop(client, stack.issuer), Log(stack.bootstrap))


async def until(holds: Callable[[], Awaitable[bool]], at_most_s: float = 30, every_s: float = 0.05) -> None:
    """Fail the test when it does not come true in time."""
    deadline = monotonic() + at_most_s
    while not await holds():
        assert monotonic() < deadline, f"not within {at_most_s:.0f} s"
        await asyncio.sleep(every_s)
