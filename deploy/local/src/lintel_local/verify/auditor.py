"""Audits, and audits again: what is still wrong, unmoved, after a while is wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from lintel_local.verify.cross_db_rules import Live
from lintel_local.verify.levels import TOPIC as LEVELS
from lintel_local.verify.levels import Levels
from lintel_local.verify.log import Log
from lintel_local.verify.report import Report, Result, persisting
from lintel_local.verify.rules import RULES
from lintel_local.verify.single_db_rules import hold
from lintel_local.verify.whole_log import LETTERS, TOPICS, WholeLog

PAUSE_S = 2.0
PATIENCE_S = 20.0
# Ours is one long read: the limits of the services' roles are for services.
_SETTINGS = {
    "application_name": "lintel-verify",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "10min",
}


async def verify(
    databases: Mapping[str, str],
    bootstrap: str,
    *,
    whole_log: bool = False,
    patience_s: float = PATIENCE_S,
    pause_s: float = PAUSE_S,
) -> Report:
    """Check the system whose databases, by service, and broker these are; it may be in use meanwhile.

    Look until nothing is wrong or `patience_s` is over, at least twice. With `whole_log` every fact of the log is read
    and compared too: for a system that is about to come to rest, and whose log is whole.
    """
    topics = (LEVELS, *TOPICS, *LETTERS) if whole_log else (LEVELS,)
    with await asyncio.to_thread(Log, bootstrap, topics, "beginning") as log:
        auditor = _Auditor(databases, log, WholeLog() if whole_log else None)
        found, deadline = await auditor.audit(), time.monotonic() + patience_s
        while any(result.wrong for result in found):
            await asyncio.sleep(pause_s)
            again = await auditor.audit()
            found = persisting(found, again) if auditor.calm else again
            if time.monotonic() > deadline:
                break
    return Report(tuple(found))


class _Auditor:
    """Remembers what it read of the log, and reads the databases afresh each time.

    `calm` unless the whole log is asked for and was still growing, or somebody had some of it left to apply.
    """

    def __init__(self, databases: Mapping[str, str], log: Log, whole: WholeLog | None) -> None:
        self.calm = True
        self._databases = databases
        self._log = log
        self._levels = Levels()
        self._whole = whole

    async def audit(self) -> list[Result]:
        await self._read_on()
        async with AsyncExitStack() as opened:
            connections = {
                name: await opened.enter_async_context(_snapshot(url)) for name, url in self._databases.items()
            }
            found = await self._database_rules(connections)
            if self._whole:
                moving = await self._whole.moving(connections, self._log.reached)
                found += await self._whole.results(connections)
        if self._whole:
            if await self._read_on():
                moving = Result(moving.check, moving.looked_at, {**moving.wrong, "log": "the log is still growing"})
            self.calm = not moving.wrong
            found.append(moving)
        return found

    async def _database_rules(self, connections: Mapping[str, asyncpg.Connection]) -> list[Result]:
        live = Live()

        async def of(service: str) -> Sequence[Result]:
            await live.read(service, connections[service])
            return await hold(RULES.get(service, ()), connections[service])

        found = await asyncio.gather(*map(of, connections))
        return [
            *(result for results in found for result in results),
            *live.results(),
            await self._levels.result(connections["inventory"]),
        ]

    async def _read_on(self) -> int:
        records = await asyncio.to_thread(self._log.read_to_end)
        self._levels.take(records)
        if self._whole:
            self._whole.take(records)
        return len(records)


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A database as of one moment."""
    connection = await asyncpg.connect(url, server_settings=_SETTINGS)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()
