"""Deletes what has been kept long enough, in small steps."""

import asyncio

import structlog

from lintel_chassis.db.errors import is_database_away
from lintel_events.aio import sleep
from lintel_events.database import Pool

_log = structlog.get_logger(__name__)

_EVERY_S = 60.0
_STEP = 1_000

# Oldest rows lie first in the table, so a step finds its rows without reading the rest. Rows that another process
# is deleting are left to it.
_OLD_KEYS = """
DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '24 hours'
    LIMIT $1 FOR UPDATE SKIP LOCKED))
"""
_OLD_INBOX = """
DELETE FROM inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox WHERE received_at < clock_timestamp() - interval '30 days'
    LIMIT $1 FOR UPDATE SKIP LOCKED))
"""


class Sweeper:
    """Idempotency keys live 24 hours, inbox rows 30 days."""

    def __init__(self, pool: Pool) -> None:
        self.state = "starting"
        self._pool = pool

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                self.state = "running"
                for statement in (_OLD_KEYS, _OLD_INBOX):
                    while not stopping.is_set() and await self._step(statement) == _STEP:
                        pass
            except Exception as error:
                if not is_database_away(error):
                    raise
                self.state = "recovering"
                _log.warning("the sweeper waits for the database", error=type(error).__name__)
            await sleep(stopping, _EVERY_S)

    async def _step(self, statement: str) -> int:
        return int((await self._pool.execute(statement, _STEP)).removeprefix("DELETE "))
