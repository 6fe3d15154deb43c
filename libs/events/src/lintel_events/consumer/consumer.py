"""The consumer: one poll is one database transaction, and the database knows how far it is."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from lintel_events.aio import StoppingError, bounded, sleep, unless_stopped
from lintel_events.aiokafka_internals import counts_as_polling, stop_consumer
from lintel_events.consumer.batch import Batch
from lintel_events.consumer.circuit_breaker import CircuitBreaker, HandlerBrokenError
from lintel_events.consumer.client import subscribed
from lintel_events.consumer.delivery import read
from lintel_events.consumer.handler import Handler
from lintel_events.consumer.inbox import Moves, positions, settle
from lintel_events.consumer.lag_gauge import LagGauge
from lintel_events.consumer.parked_replay import Replay
from lintel_events.errors import is_infrastructure
from lintel_events.metrics import CONSUMER_RETRIES, count_from_zero
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_events.pacing import pause_s

_log = structlog.get_logger(__name__)

_MAX_RECORDS = 2_000
_POLL_MS = 200
_HOUSEKEEPING_S = 1.0
_COMMIT_S = 0.5
_FINISH_IN_HAND_S = 5.0


class Consumer:
    """One service's consumer group. `run` polls until it is told to stop, and recovers from everything in between."""

    def __init__(
        self,
        *,
        bootstrap: str,
        consumer_group: str,
        units: UnitFactory,
        handlers: Sequence[Handler],
        paused_try_s: float = 30.0,
    ) -> None:
        """While paused, the record at hand is tried again every `paused_try_s` seconds."""
        self.state = "starting"
        self._paused_try_s = paused_try_s
        self._bootstrap = bootstrap
        self._group = consumer_group
        self._units = units
        self._handlers = handlers
        self._types = {model.type: model for handler in handlers for model in handler.types}
        self._breaker = CircuitBreaker()
        self._replay = Replay(consumer_group, units, handlers, self._types)
        self._topics = sorted({model.topic.name for model in self._types.values()})
        self._next: dict[TopicPartition, int] = {}
        """Offsets of the database, for the partitions of this assignment."""
        self._idle = asyncio.Event()
        self._idle.set()
        self._housekept = 0.0
        self._lag = LagGauge(consumer_group)
        count_from_zero(consumer_group)

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            consumer = subscribed(self._bootstrap, self._group, self._topics, self._rebalanced)
            try:
                await unless_stopped(stopping, consumer.start())
                await self._poll_until(stopping, consumer)
            except StoppingError:
                pass
            except (KafkaError, OSError) as error:
                _log.warning("consumer lost Kafka", error=repr(error), consumer_group=self._group)
            except Exception:  # noqa: BLE001 - logged; a new one begins where the database says
                _log.exception("consumer failed", consumer_group=self._group)
            finally:
                self.state = "recovering"
                self._next = {}
                await stop_consumer(consumer)
            await sleep(stopping, 0.5)

    async def _rebalanced(self) -> None:
        """Let the batch in hand end, then forget where we were: the database says where an assignment begins.

        A batch that takes too long goes on with the old offsets, and finds them moved if somebody went on from there.
        """
        await bounded(self._idle.wait(), _FINISH_IN_HAND_S)
        self._next = {}

    async def _poll_until(self, stopping: asyncio.Event, consumer: AIOKafkaConsumer) -> None:
        try:
            while not stopping.is_set():
                started = monotonic()
                await self._seek_new_partitions(consumer, stopping)
                polling = consumer.getmany(timeout_ms=_POLL_MS, max_records=_MAX_RECORDS)
                polled = await unless_stopped(stopping, polling)
                self.state = "running"
                if any(polled.values()):
                    await self._apply(polled, consumer, stopping)
                    carried = sum(map(len, polled.values()))
                    await asyncio.sleep(max(0.0, pause_s(carried) - (monotonic() - started)))
                await self._housekeep(consumer)
        finally:
            await bounded(self._commit_to_kafka(consumer), _COMMIT_S)

    async def _seek_new_partitions(self, consumer: AIOKafkaConsumer, stopping: asyncio.Event) -> None:
        """The database's offsets are the truth: go there with whatever was assigned, or lost a race, since."""
        assigned = consumer.assignment()
        for gone in self._next.keys() - assigned:
            del self._next[gone]
        while missing := assigned - self._next.keys():
            try:
                found = await positions(self._units.pool, self._group, missing)
            except Exception as error:  # classified below
                if not is_infrastructure(error):
                    raise
                self.state = "recovering"
                _log.warning("consumer lost its database", error=repr(error), consumer_group=self._group)
                if await sleep(stopping, _jitter(0.5)):
                    return
                continue
            for partition, offset in found.items():
                if partition in consumer.assignment():
                    consumer.seek(partition, offset)
                self._next[partition] = offset

    async def _apply(
        self, polled: dict[TopicPartition, list[Any]], consumer: AIOKafkaConsumer, stopping: asyncio.Event
    ) -> None:
        """Apply a poll, however often it has to be waited for; told to stop, or rebalanced meanwhile, abandon it."""
        offsets = self._next
        known = {partition: records for partition, records in polled.items() if partition in offsets and records}
        piece = {partition: [read(record, self._types) for record in records] for partition, records in known.items()}
        for partition, records in known.items():
            self._lag.reached(partition, records[0].timestamp)
        if not any(record.concerns_us for records in piece.values() for record in records):
            return  # no transaction for that: the next one, or `_settle`, takes the offsets along
        batch = Batch(self._group, self._handlers, piece, self._breaker)
        try:
            applied = await self._until_applied(batch, offsets, consumer, stopping)
        finally:
            self._idle.set()
        if not applied:
            for partition in known:  # polled further than applied: not to be committed to Kafka
                offsets.pop(partition, None)

    async def _until_applied(
        self, batch: Batch, offsets: dict[TopicPartition, int], consumer: AIOKafkaConsumer, stopping: asyncio.Event
    ) -> bool:
        tries = 0
        while not stopping.is_set() and offsets is self._next:
            self._idle.clear()
            try:
                await batch.apply(self._units, offsets)
            except Exception as error:  # noqa: BLE001 - classified there
                tries += 1
                wait_s = self._wait_s(error, tries)
            else:
                self.state = "running"
                return True
            self._idle.set()  # nothing is in hand: a rebalance need not wait
            with counts_as_polling(consumer):
                await sleep(stopping, wait_s)
        return False

    def _wait_s(self, error: Exception, tries: int) -> float:
        """How long to wait before the batch is tried again; raise what waiting cannot help."""
        if isinstance(error, HandlerBrokenError):
            self.state = "paused"
            _log.error("consumer is paused", error=str(error), cause=repr(error.__cause__), consumer_group=self._group)
            return self._paused_try_s
        if not is_infrastructure(error):
            raise error
        self.state = "recovering"
        CONSUMER_RETRIES.labels(self._group).inc()
        _log.warning("batch will be tried again", error=repr(error), consumer_group=self._group, tries=tries)
        return _jitter(min(5.0, 0.05 * 2 ** min(tries, 8)))

    async def _housekeep(self, consumer: AIOKafkaConsumer) -> None:
        """Once a second: what was passed over and which ends were seen, to the database; replays; offsets to Kafka."""
        if monotonic() - self._housekept < _HOUSEKEEPING_S:
            return
        self._housekept = monotonic()
        with contextlib.suppress(Exception):  # the next second tries again
            await self._settle(consumer)
        await self._replay.requested()
        await bounded(self._commit_to_kafka(consumer), _COMMIT_S)

    async def _settle(self, consumer: AIOKafkaConsumer) -> None:
        """Move the database's offsets over what needed no transaction: other types, and transaction markers."""
        offsets = self._next
        moves = {
            partition: (offsets[partition], max(offsets[partition], await consumer.position(partition)))
            for partition in offsets.keys() & consumer.assignment()
        }
        if not moves or self._next is not offsets:  # positions of another assignment say nothing
            return
        settled = await settle(self._units.pool, self._group, moves, self._ends_seen(consumer, moves))
        for partition, (_, following) in moves.items():
            if partition in settled:
                offsets[partition] = following
            else:
                offsets.pop(partition, None)

    def _ends_seen(self, consumer: AIOKafkaConsumer, moves: Moves) -> dict[TopicPartition, datetime]:
        """For each partition read up to its end: when the broker last said that this is its end."""
        seen = {}
        self._lag.keep(consumer.assignment())
        for partition, (_, following) in moves.items():
            end, polled_ms = consumer.last_stable_offset(partition), consumer.last_poll_timestamp(partition)
            if end is None or not polled_ms:
                continue
            self._lag.has_left(partition, max(0, end - following))
            if following >= end:
                self._lag.reached(partition, polled_ms)
                seen[partition] = datetime.fromtimestamp(polled_ms / 1000, UTC)
        return seen

    async def _commit_to_kafka(self, consumer: AIOKafkaConsumer) -> None:
        """For lag displays only, and never ahead of the database."""
        if known := {p: offset for p, offset in self._next.items() if p in consumer.assignment()}:
            await consumer.commit(known)


def _jitter(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
