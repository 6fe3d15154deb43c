"""The one loop of whatever is done again and again beside requests; it waits for a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from lintel_chassis.db.errors import is_database_away
from lintel_events.aio import sleep

_log = structlog.get_logger(__name__)


class Periodic:
    """A worker that runs `job` every so many seconds, or at once again while the job says that there is more."""

    def __init__(self, name: str, every_s: float, job: Callable[[], Awaitable[bool]], *, away_s: float = 1.0) -> None:
        self.state = "starting"
        self._name = name
        self._every_s = every_s
        self._job = job
        self._away_s = away_s

    async def run(self, stopping: asyncio.Event) -> None:
        """Raise what waiting for the database cannot help."""
        while not stopping.is_set():
            try:
                more = await self._job()
                self.state = "running"
            except Exception as error:
                if not is_database_away(error):
                    raise
                self.state = "recovering"
                _log.warning("waiting for the database", worker=self._name, error=type(error).__name__)
                await sleep(stopping, self._away_s)
            else:
                if not more:
                    await sleep(stopping, self._every_s)
