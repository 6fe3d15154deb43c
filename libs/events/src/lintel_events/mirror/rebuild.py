"""A mirror put right in place: its topic is read again from the start while the live consumer goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from lintel_events.aiokafka_internals import partitions_of
from lintel_events.consumer.delivery import read
from lintel_events.consumer.handler import Delivery
from lintel_events.consumer.inbox import positions
from lintel_events.database import Pool
from lintel_events.log.contract import Event
from lintel_events.log.reader import KafkaRecord, polls_to, reader
from lintel_events.mirror.mirror import UPSERT, columns, mirrored, newest

# No lock: what changes meanwhile is newer, and UPSERT minds that.
_WRONG = """
SELECT n.topic, n.key
FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
     AS n (topic, key, sequence, state, changed_at)
LEFT JOIN mirror m ON m.topic = n.topic AND m.key = n.key
WHERE m.key IS NULL OR n.sequence > m.sequence
   OR (n.sequence = m.sequence AND (n.state, n.changed_at) IS DISTINCT FROM (m.state, m.changed_at))
"""
_COPIES = "SELECT key, sequence FROM mirror WHERE topic = $1"
# The consumer's batches begin by these rows too, and then touch the mirror: it waits here, and no one in a circle.
_HOLD_CONSUMER = """
SELECT partition, next_offset FROM consumer_offsets WHERE consumer_group = $1 AND topic = $2
ORDER BY partition FOR UPDATE
"""
# With the consumer held. A key the log has not got has the sequence '' there, below all.
_DELETE_AHEAD = """
DELETE FROM mirror m USING unnest($2::text[], $3::text[]) AS log (key, sequence)
WHERE m.topic = $1 AND m.key = log.key AND m.sequence > log.sequence
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done to the copy of a topic, or would be: its records, and the keys put right, deleted, unreadable."""

    topic: str
    read: int
    put_right: int
    deleted: int
    unreadable: int


def installed_mirrors(consumer_group: str) -> Mapping[str, Mapping[str, type[Event]]]:
    """What the service mirrors, by topic, as its handlers say (entry point `lintel_events.handlers`).

    Raise LookupError when the service is not installed here.
    """
    for point in entry_points(group="lintel_events.handlers", name=consumer_group):
        return mirrored(point.load())
    raise LookupError(f"{consumer_group} is not installed here")


async def rebuild(
    bootstrap: str,
    pool: Pool,
    consumer_group: str,
    topic: str,
    types: Mapping[str, type[Event]],
    *,
    dry_run: bool = False,
) -> Rebuilt:
    """Make the copy of a topic what the log says, as if it had been read from the start with nothing there before.

    Raise ValueError, with nothing deleted, when the log ends before what the consumer has applied.
    """
    async with reader(bootstrap) as consumer:
        rebuilding = _Rebuilding(pool, consumer, consumer_group, topic, types, dry_run=dry_run)
        await rebuilding.run()
        return rebuilding.report()


class _Rebuilding:
    def __init__(
        self,
        pool: Pool,
        consumer: AIOKafkaConsumer,
        consumer_group: str,
        topic: str,
        types: Mapping[str, type[Event]],
        *,
        dry_run: bool,
    ) -> None:
        self._pool = pool
        self._consumer = consumer
        self._group = consumer_group
        self._topic = topic
        self._types = types
        self._dry_run = dry_run
        self._read = 0
        self._log: dict[str, str] = {}
        """The newest sequence of each key, as far as the log is read."""
        self._put_right: set[str] = set()
        self._deleted: set[str] = set()
        self._unreadable: set[str] = set()
        """Keys with a record that nobody can apply: what is there of them stays."""

    async def run(self) -> None:
        partitions = await partitions_of(self._consumer, [self._topic])
        if not partitions:
            raise LookupError(f"no topic {self._topic}")
        if not self._dry_run:
            await positions(self._pool, self._group, partitions)  # rows to hold, where the consumer made none yet
        self._consumer.assign(partitions)
        again = True
        while again:
            await self._consumer.seek_to_beginning(*partitions)
            await self._read_to_end()
            again = await self._delete_ahead()

    def report(self) -> Rebuilt:
        deleted = self._deleted - self._put_right
        return Rebuilt(self._topic, self._read, len(self._put_right), len(deleted), len(self._unreadable))

    async def _read_to_end(self) -> None:
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        async for records in polls_to(self._consumer, ends):
            self._read += len(records)
            if deliveries := list(self._readable(records)):
                await self._put_in(deliveries)

    def _readable(self, records: Iterable[KafkaRecord]) -> Iterable[Delivery[Any]]:
        for record in records:
            if delivery := read(record, self._types).delivery:
                yield delivery
            else:
                self._unreadable.add((record.key or b"").decode(errors="replace"))

    async def _put_in(self, deliveries: Iterable[Delivery[Any]]) -> None:
        states = newest(deliveries)
        for (_, key), state in states.items():
            self._log[key] = max(state.sequence, self._log.get(key, ""))
        wrong = [(row["topic"], row["key"]) for row in await self._pool.fetch(_WRONG, *columns(states.values()))]
        self._put_right.update(key for _, key in wrong)
        if wrong and not self._dry_run:
            await self._pool.execute(UPSERT, *columns(states[place] for place in sorted(wrong)))

    async def _delete_ahead(self) -> bool:
        """Delete copies that are ahead of the log, or not on it; True when some of those must be read again.

        The suspects are found first, so that the consumer is held for a moment only: what it applies in between it
        has from records that are read here too before anything is deleted.
        """
        rows = await self._pool.fetch(_COPIES, self._topic)
        suspects = self._ahead({row["key"]: row["sequence"] for row in rows})
        while not await self._settle(suspects):
            await self._read_to_end()
        on_the_log = self._deleted & (self._log.keys() - self._put_right)
        self._put_right |= on_the_log
        return bool(on_the_log) and not self._dry_run

    async def _settle(self, suspects: Mapping[str, str]) -> bool:
        """With the consumer held, delete; False, with nothing done, when it is further than we have read."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_HOLD_CONSUMER, self._group, self._topic)
            applied = {TopicPartition(self._topic, row["partition"]): row["next_offset"] for row in rows}
            further = {p: to for p, to in applied.items() if await self._consumer.position(p) < to}
            if not further:
                ahead = self._ahead(suspects)
                if not self._dry_run:
                    sequences = [self._log.get(key, "") for key in ahead]
                    await connection.execute(_DELETE_AHEAD, self._topic, list(ahead), sequences)
                self._deleted.update(ahead)
        await self._check_log_has(further)
        return not further

    def _ahead(self, copies: Mapping[str, str]) -> dict[str, str]:
        """Those of these copies, by key with their sequences, that are ahead of the log or not on it."""
        return {key: at for key, at in copies.items() if at > self._log.get(key, "") and key not in self._unreadable}

    async def _check_log_has(self, offsets: Mapping[TopicPartition, int]) -> None:
        ends = await self._consumer.end_offsets(list(offsets)) if offsets else {}
        for partition, to in offsets.items():
            if ends[partition] < to:
                raise ValueError(f"{partition.topic}/{partition.partition} ends before what is applied of it: {to}")
