"""The relay: appends what the outbox holds to Kafka, in transactions, from one leader a database."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError

from lintel_events.aio import StoppingError, sleep
from lintel_events.aiokafka_internals import refused_topics
from lintel_events.database import connect
from lintel_events.errors import DATABASE_LOST
from lintel_events.failpoints import passing
from lintel_events.log.cloudevent import kafka_headers
from lintel_events.metrics import RELAY_PASS_EVENTS, RELAY_PASS_SECONDS
from lintel_events.outbox.leader import Leader
from lintel_events.outbox.producers import Producers
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.tracing import HeadersOf, sending
from lintel_events.pacing import pause_s

_log = structlog.get_logger(__name__)

LEADER_LOCK = 0x4C_49_4E_54_45_4C
"""The advisory lock of the leader; one database has one relay."""
_PASS_LIMIT_S = 8.0
"""Below the producers' transaction time-out, so that a pass given up was not committed behind our back."""
_PASS_ROWS = 2_000
_PASS_BYTES = 8 * 1024 * 1024
_REFUSED_S = 10.0
_POLL_S = 0.2
"""How soon rows that another process committed are seen."""

_SETTINGS = {
    "application_name": "lintel-relay",
    "idle_session_timeout": "10s",
    # Deletes alone are committed here. Those a crash of the server takes back are the last ones, all of them after a
    # moment, and what they deleted is sent again in its order: so a key's last record stays its newest.
    "synchronous_commit": "off",
}
_TRY_LEAD = "SELECT pg_try_advisory_lock($1)"
_STILL_LEADING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
# In id order. A row with a lower id may be committed later: it is taken by the pass that first sees it.
_READ = """
SELECT id, topic, partition, key, headers, payload FROM (
    SELECT *, sum(octet_length(payload)) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM (SELECT * FROM outbox WHERE NOT (topic, partition) IN (SELECT * FROM unnest($3::text[], $4::int[]))
          ORDER BY id LIMIT $1) AS oldest) AS oldest
WHERE coalesce(before, 0) < $2 ORDER BY id
"""
# By ids, never by a range.
_DELETE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"


class Relay:
    """`run` leads or stands by until it is told to stop, and recovers from everything in between."""

    def __init__(self, *, dsn: str, bootstrap: str, service: str, committed: Signal) -> None:
        self.state = "starting"
        self._dsn = dsn
        self._bootstrap = bootstrap
        self._service = service
        self._committed = committed
        self._skipped_until: dict[tuple[str, int], float] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self._serve_connection(stopping)
            except DATABASE_LOST as error:
                self.state = "recovering"
                _log.warning("relay lost its database", error=repr(error))
                await sleep(stopping, 0.5)

    async def _serve_connection(self, stopping: asyncio.Event) -> None:
        connection = await connect(self._dsn, **_SETTINGS)
        try:
            self.state = "standby"
            while not await connection.fetchval(_TRY_LEAD, LEADER_LOCK):
                if await sleep(stopping, 1.0):
                    return
            while not stopping.is_set():
                await self._lead(connection, stopping)
        finally:
            connection.terminate()

    async def _lead(self, connection: "asyncpg.Connection[asyncpg.Record]", stopping: asyncio.Event) -> None:
        """Start producers, which fences and settles a former leader's; pass after pass until one fails."""
        leader = Leader(connection, stopping)
        self.state = "recovering"
        try:
            producers = await leader.beating(Producers.start(self._bootstrap, self._service))
        except (KafkaTimeoutError, StoppingError) as error:
            _log.warning("relay cannot reach Kafka", error=repr(error))
            await sleep(stopping, 0.5)
            await connection.fetchval("SELECT 1")
            return
        try:
            self.state = "running"
            await self._pass_after_pass(leader, producers)
        except StoppingError:
            pass
        except Exception as error:  # whatever went wrong with a pass: new producers, and the outbox read afresh
            if isinstance(error, DATABASE_LOST):
                raise
            _log.warning("relay gives a pass up", error=repr(error))
            if not await connection.fetchval(_STILL_LEADING):
                raise ConnectionError("the relay's lock is gone") from error
        finally:
            self.state = "recovering"
            await producers.close()

    async def _pass_after_pass(self, leader: "Leader", producers: Producers) -> None:
        while not leader.stopping.is_set():
            seen = self._committed.count
            started = monotonic()
            sent = await self._pass(leader, producers)
            if sent:
                RELAY_PASS_EVENTS.observe(sent)
                RELAY_PASS_SECONDS.observe(monotonic() - started)
                await asyncio.sleep(max(0.0, pause_s(sent) - (monotonic() - started)))
            else:
                await self._committed.wait(seen, _POLL_S)

    async def _pass(self, leader: "Leader", producers: Producers) -> int:
        """Read, append in one Kafka transaction, delete; the next pass begins only then."""
        skipped = self._skipped()
        rows = await leader.connection.fetch(
            _READ, _PASS_ROWS, _PASS_BYTES, [topic for topic, _ in skipped], [number for _, number in skipped]
        )
        if not rows:
            return 0
        passing("relay.after_read")
        by_partition: dict[tuple[str, int], list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            by_partition[row["topic"], row["partition"]].append(row)
        for topic, partition in await leader.beating(producers.leaderless(set(by_partition)), _PASS_LIMIT_S):
            _log.warning("partition without a leader is left out", topic=topic, partition=partition)
            self._skipped_until[topic, partition] = monotonic() + 1.0
            del by_partition[topic, partition]
        producer = producers.next()
        try:
            sent = await leader.beating(_append(producer, by_partition), _PASS_LIMIT_S) if by_partition else []
        except Exception:
            self._leave_out(by_partition, refused_topics(producer))
            raise
        if sent:
            passing("relay.before_delete")
            await leader.connection.execute(_DELETE, sent)
        return len(sent)

    def _leave_out(self, partitions: Iterable[tuple[str, int]], refused: set[str]) -> None:
        """A refusal spoils its whole pass: the topics that may not be written are left out of the next ones."""
        for topic, partition in partitions:
            if topic in refused:
                _log.warning("topic may not be written and is left out", topic=topic, partition=partition)
                self._skipped_until[topic, partition] = monotonic() + _REFUSED_S

    def _skipped(self) -> list[tuple[str, int]]:
        now = monotonic()
        self._skipped_until = {partition: until for partition, until in self._skipped_until.items() if until > now}
        return list(self._skipped_until)


async def _append(producer: AIOKafkaProducer, by_partition: dict[tuple[str, int], list[asyncpg.Record]]) -> list[int]:
    """Append all in one Kafka transaction, each partition's rows in order; return their ids."""
    await producer.begin_transaction()
    sent = [row["id"] for rows in by_partition.values() for row in rows]
    with sending(sent) as headers_of:
        appending = [
            await producer.send_batch(batch, topic, partition=partition)
            for (topic, partition), rows in by_partition.items()
            for batch in _batches(producer, rows, headers_of)
        ]
        # The outcome of every future is awaited: a refused record leaves the transaction open, and commit would then
        # commit half a pass.
        await asyncio.gather(*appending)
        passing("relay.before_kafka_commit")
        await producer.commit_transaction()
    return sent


def _batches(producer: AIOKafkaProducer, rows: Iterable[asyncpg.Record], headers_of: HeadersOf) -> Iterator[Any]:
    """As few as hold the rows, in their order. An empty batch takes any record."""
    batch = producer.create_batch()
    for row in rows:
        key, headers = row["key"].encode(), kafka_headers(headers_of(row))
        while batch.append(key=key, value=row["payload"], timestamp=None, headers=headers) is None:
            batch.close()
            yield batch
            batch = producer.create_batch()
    batch.close()
    yield batch
