"""What a running process holds: pools, units, workers. It starts without its database and heals by itself."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import asyncpg
import structlog
from starlette.requests import Request

from lintel_chassis.auth.bearer import Authenticator
from lintel_chassis.auth.caller import Caller
from lintel_chassis.auth.pseudonyms import Pseudonyms
from lintel_chassis.auth.stream_tickets import Tickets
from lintel_chassis.clock import Clock
from lintel_chassis.problems import Problem, Problems
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.worker.supervisor import Supervisor, Worker
from lintel_events.aio import bounded, sleep
from lintel_events.database import Pool, create_pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory

_log = structlog.get_logger(__name__)

_AGAIN_S = 0.5
_WORKERS_END_S = 2.5
_POOL_CLOSES_S = 0.5

BuildWorkers = Callable[[Pool, UnitFactory, Outbox, Signal], Mapping[str, Worker]]


class Runtime:
    """One a process, at `app.state.runtime`. Nothing here waits for the database but `opened`."""

    def __init__(self, settings: ServiceSettings, source: str, problems: Problems, clock: Clock) -> None:
        self.settings = settings
        self.problems = problems
        self.clock = clock
        self.authenticator = Authenticator(settings.issuers, settings.audience, clock)
        self.pseudonyms: Pseudonyms | None = None
        """Where customers' pseudonyms come from; None where none are asked for."""
        self.stopping = asyncio.Event()
        """Set when the process was told to end: streams and long polls end, /readyz says so."""
        self.committed = Signal()
        """Woken by every commit that published something."""
        self.pool = create_pool(settings.database_url.get_secret_value(), max_size=settings.pool_size)
        self._source = source
        self._worker_pool: Pool | None = None
        self._units: UnitFactory | None = None
        self._workers: Supervisor | None = None
        self._opening: asyncio.Task[None] | None = None

    @property
    def units(self) -> UnitFactory:
        if self._units is None:
            raise Problem("database_unavailable", "The database has not been reached yet.", {"Retry-After": "1"})
        return self._units

    @property
    def is_open(self) -> bool:
        """Whether the database has been reached since the start."""
        return self._units is not None

    @property
    def tickets(self) -> Tickets:
        key = self.settings.ticket_key
        if key is None:
            raise RuntimeError("a service with streams needs LINTEL_TICKET_KEY")
        return Tickets(key, self.clock)

    def pools(self) -> dict[str, Pool]:
        return {"api": self.pool} | ({"worker": self._worker_pool} if self._worker_pool else {})

    async def recognised(self, caller: Caller, authorization: bytes | None) -> Caller:
        """A customer with the pseudonym they are known by here, anybody else as they are. Raise Problem."""
        if self.pseudonyms is None or authorization is None or not caller.is_customer:
            return caller
        return caller.known_as(await self.pseudonyms.of(caller.subject, authorization))

    def worker_states(self) -> dict[str, str]:
        return self._workers.states() if self._workers else {}

    async def start(self, build_workers: BuildWorkers | None) -> None:
        await self.pool
        self._opening = asyncio.create_task(self._open(build_workers))

    async def opened(self) -> None:
        """Wait until the database has been reached for the first time and the workers run."""
        if self._opening is not None:
            await self._opening

    async def stop(self) -> None:
        """End everything within about four seconds, whatever database and broker do."""
        self.stopping.set()
        if self._opening is not None:
            await bounded(self._opening, 0)
        if self._workers is not None:
            await self._workers.stopped(_WORKERS_END_S)
        await asyncio.gather(*(_close(pool) for pool in (self.pool, self._worker_pool) if pool is not None))

    async def _open(self, build_workers: BuildWorkers | None) -> None:
        outbox = await self._reach_database()
        if outbox is None:
            return
        self._units = UnitFactory(self.pool, outbox)
        if build_workers is not None:
            dsn = self.settings.database_url.get_secret_value()
            self._worker_pool = create_pool(dsn, max_size=self.settings.worker_pool_size)
            await self._worker_pool
            units = UnitFactory(self._worker_pool, outbox)
            self._workers = Supervisor(build_workers(self._worker_pool, units, outbox, self.committed), self.stopping)

    async def _reach_database(self) -> Outbox | None:
        while not self.stopping.is_set():
            try:
                return await Outbox.open(self.pool, self._source, self.committed)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                _log.warning("waiting for the database, or for its migration", error=type(error).__name__)
                await sleep(self.stopping, _AGAIN_S)
        return None


async def _close(pool: Pool) -> None:
    if not await bounded(pool.close(), _POOL_CLOSES_S):
        pool.terminate()


def runtime_of(request: Request) -> Runtime:
    state: Any = request.scope["app"].state
    return cast("Runtime", state.runtime)
