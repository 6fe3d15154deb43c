"""Reads figures from the database every few seconds, so that asking /metrics costs it nothing."""

import asyncio
from collections.abc import Sequence

import structlog

from lintel_chassis.db.errors import is_database_away
from lintel_chassis.metrics import DEADLINES_OVERDUE, DEADLINES_OVERDUE_FOR, DEADLINES_WAITING
from lintel_events.aio import sleep
from lintel_events.database import Pool
from lintel_events.sql_gauges import MIRRORS, OUTBOX, PARKED, SqlGauges

_log = structlog.get_logger(__name__)

_EVERY_S = 10.0

# Those that are due, which are few, by their moments: `now()`, as no index is searched for a clock that moves on.
DEADLINES = SqlGauges(
    """
    SELECT kind, waiting, overdue, overdue_for
    FROM (SELECT kind, count(*) AS waiting FROM deadlines GROUP BY kind) AS kinds, LATERAL (
        SELECT count(*) AS overdue, coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0) AS overdue_for
        FROM deadlines WHERE kind = kinds.kind AND due_at <= now()) AS due
    """,
    {"waiting": DEADLINES_WAITING, "overdue": DEADLINES_OVERDUE, "overdue_for": DEADLINES_OVERDUE_FOR},
)
OF_EVERY_SERVICE = (OUTBOX, MIRRORS, PARKED, DEADLINES)


class Watcher:
    """Shows each service's figures; without the database they are unknown."""

    def __init__(self, pool: Pool, figures: Sequence[SqlGauges]) -> None:
        self.state = "starting"
        self._pool = pool
        self._figures = (*OF_EVERY_SERVICE, *figures)

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                for figures in self._figures:
                    figures.show(await self._pool.fetch(figures.sql))
                self.state = "running"
            except Exception as error:
                for figures in self._figures:
                    figures.forget()
                if not is_database_away(error):
                    raise
                self.state = "recovering"
                _log.warning("figures wait for the database", error=type(error).__name__)
            await sleep(stopping, _EVERY_S)
