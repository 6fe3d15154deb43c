"""Replay: the consumer applies what is parked of a key, in order, once an operator has asked for it."""

from collections.abc import Mapping, Sequence

import asyncpg
import structlog

from lintel_events.consumer.delivery import PolledRecord, deliver, read
from lintel_events.consumer.handler import Handler
from lintel_events.consumer.parked_rows import first_of, place, record_of, settle, unpark
from lintel_events.consumer.parking import dead_letter_of
from lintel_events.errors import described, is_infrastructure
from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.metrics import CONSUMER_EVENTS
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_log = structlog.get_logger(__name__)

_AT_ONCE = 200
"""Of one key in one go; then the polls have their turn."""

_REQUESTED = """
SELECT topic, key FROM parked_keys WHERE consumer_group = $1 AND replay_requested_at IS NOT NULL
ORDER BY replay_requested_at LIMIT 20
"""
# The lock against the live batch, and against another process that replays the same key.
_LOCK = """
SELECT FROM parked_keys
WHERE consumer_group = $1 AND topic = $2 AND key = $3 AND replay_requested_at IS NOT NULL FOR UPDATE
"""
_TAKE = "INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id"
_FAILED = """
UPDATE inbox_parked SET error = $6, attempts = $7
WHERE consumer_group = $1 AND topic = $2 AND key = $3 AND partition = $4 AND record_offset = $5
"""
_LEAVE = "UPDATE parked_keys SET replay_requested_at = NULL WHERE consumer_group = $1 AND topic = $2 AND key = $3"


class Replay:
    """Applies each event through inbox and handlers in a transaction of its own; a key is unparked when none is left.

    An event that fails again stays, with its new error, and its key stays parked until somebody asks again.
    """

    def __init__(
        self, consumer_group: str, units: UnitFactory, handlers: Sequence[Handler], types: Mapping[str, type[Event]]
    ) -> None:
        self._group = consumer_group
        self._units = units
        self._handlers = handlers
        self._types = types

    async def requested(self) -> None:
        """Go on with what was asked for. Infrastructure that is away is left to the next call."""
        try:
            for topic, key in await self._units.pool.fetch(_REQUESTED, self._group):
                left = _AT_ONCE
                while left and await self._first_of(topic, key):
                    left -= 1
        except Exception as error:  # classified here
            if not is_infrastructure(error):
                raise
            _log.warning("replay will go on", error=repr(error), consumer_group=self._group)

    async def _first_of(self, topic: str, key: str) -> bool:
        """Apply the key's first event; False when there is none, or it failed."""
        polled = None
        try:
            async with self._unit() as unit:
                row = await self._locked(unit, topic, key)
                if row is None:
                    return False
                polled = read(record_of(row), self._types)
                await self._apply(unit, polled)
                settle(unit, row)
        except Exception as error:  # classified here
            if polled is None or is_infrastructure(error):
                raise
            await self._failed(polled, key, error)
            return False
        return True

    async def _locked(self, unit: UnitOfWork, topic: str, key: str) -> asyncpg.Record | None:
        """The key's first record, its key locked. When none is left, unpark it."""
        if not await unit.lock(_LOCK, self._group, topic, key):
            return None
        row = await first_of(unit, self._group, topic, key)
        if row is None:
            unpark(unit, self._group, topic, key)
            _log.info("key is no longer parked", topic=topic, key=key, consumer_group=self._group)
        return row

    async def _apply(self, unit: UnitOfWork, polled: PolledRecord) -> None:
        if polled.error:
            raise polled.error
        if polled.envelope and await unit.fetchval(_TAKE, self._group, polled.envelope.event_id):
            await deliver(self._group, unit, self._handlers, [polled])
            CONSUMER_EVENTS.labels(self._group).inc()

    async def _failed(self, polled: PolledRecord, key: str, error: Exception) -> None:
        """Note it, unless somebody else has settled the record meanwhile."""
        topic = polled.record.topic
        _log.warning("replay failed", topic=topic, key=key, error=repr(error), consumer_group=self._group)
        async with self._unit() as unit:
            row = await self._locked(unit, topic, key)
            if row is None or row["record_offset"] != polled.record.offset:
                return
            failed = PolledRecord(record_of(row), error=error, attempts=row["attempts"] + 1)
            unit.write(_FAILED, *place(row), described(error), failed.attempts)
            unit.write(_LEAVE, self._group, topic, key)
            unit.append(dead_letter_of(self._group, failed))

    def _unit(self) -> UnitOfWork:
        return self._units(Context.unprompted())
