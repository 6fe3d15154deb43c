"""The database's half of consuming: offsets that fence, an inbox that knows what was applied."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from aiokafka import TopicPartition

from lintel_events.database import Pool
from lintel_events.outbox.unit_of_work import UnitOfWork

# A partition's row is inserted at 0 when it is met for the first time.
_POSITIONS = """
WITH wanted AS (SELECT * FROM unnest($2::text[], $3::int[]) AS w (topic, partition)),
     made AS (INSERT INTO consumer_offsets (consumer_group, topic, partition, next_offset)
              SELECT $1, topic, partition, 0 FROM wanted ON CONFLICT DO NOTHING)
SELECT w.topic, w.partition, coalesce(o.next_offset, 0) AS next_offset
FROM wanted w LEFT JOIN consumer_offsets o
     ON o.consumer_group = $1 AND o.topic = w.topic AND o.partition = w.partition
"""
# Compare and set: whoever finds another offset than it expects is a zombie, or behind one, and its batch is dropped.
# Of the partitions that passed, the inbox then separates the new events from those applied before.
_FENCE_AND_RECEIVE = """
WITH fenced AS (
    UPDATE consumer_offsets o SET next_offset = n.next_offset
    FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS n (topic, partition, expected, next_offset)
    WHERE o.consumer_group = $1 AND o.topic = n.topic AND o.partition = n.partition AND o.next_offset = n.expected
    RETURNING o.topic, o.partition),
fresh AS (
    INSERT INTO inbox (consumer_group, event_id)
    SELECT $1, e.event_id FROM unnest($6::text[], $7::int[], $8::uuid[]) AS e (topic, partition, event_id)
    JOIN fenced USING (topic, partition)
    ON CONFLICT DO NOTHING RETURNING event_id)
SELECT coalesce((SELECT array_agg(topic || '/' || partition) FROM fenced), '{}') AS fenced,
       coalesce((SELECT array_agg(event_id) FROM fresh), '{}') AS fresh,
       EXISTS (SELECT FROM parked_keys WHERE consumer_group = $1) AS keys_are_parked
"""
# Compare and set here too: a zombie may not move offsets either.
_SETTLE = """
UPDATE consumer_offsets o
SET next_offset = n.next_offset, caught_up_at = coalesce(n.seen_at, o.caught_up_at)
FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[])
     AS n (topic, partition, expected, next_offset, seen_at)
WHERE o.consumer_group = $1 AND o.topic = n.topic AND o.partition = n.partition AND o.next_offset = n.expected
RETURNING o.topic, o.partition
"""

Moves: TypeAlias = dict[TopicPartition, tuple[int, int]]
"""For each partition the offset expected in the database, and the one that follows."""


class Received(NamedTuple):
    fenced: set[str]
    """The partitions that were where we thought, as `topic/partition`."""
    fresh: set[UUID]
    """The ids of the events new among theirs."""
    keys_are_parked: bool
    """Whether any key of the group is: only then is it worth a read which."""


async def positions(pool: Pool, consumer_group: str, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Where to go on reading each partition."""
    wanted = sorted(partitions)
    rows = await pool.fetch(_POSITIONS, consumer_group, [p.topic for p in wanted], [p.partition for p in wanted])
    return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def fence_and_receive(
    unit: UnitOfWork,
    consumer_group: str,
    moves: Moves,
    events: list[tuple[TopicPartition, UUID]],
) -> Received:
    """Advance each partition from its expected to its next offset and take its events into the inbox."""
    ordered = sorted(moves.items())
    row = await unit.fetchrow(
        _FENCE_AND_RECEIVE,
        consumer_group,
        [partition.topic for partition, _ in ordered],
        [partition.partition for partition, _ in ordered],
        [expected for _, (expected, _) in ordered],
        [following for _, (_, following) in ordered],
        [partition.topic for partition, _ in events],
        [partition.partition for partition, _ in events],
        [event_id for _, event_id in events],
    )
    if row is None:
        raise RuntimeError("a SELECT of scalars returns a row")
    return Received(set(row["fenced"]), set(row["fresh"]), row["keys_are_parked"])


async def settle(
    pool: Pool, consumer_group: str, moves: Moves, ends_seen: dict[TopicPartition, datetime]
) -> set[TopicPartition]:
    """Advance offsets over records that needed nothing, and note when ends were seen; deadlines ask for that.

    Return the partitions that were where we thought.
    """
    ordered = sorted(moves.items())
    rows = await pool.fetch(
        _SETTLE,
        consumer_group,
        [partition.topic for partition, _ in ordered],
        [partition.partition for partition, _ in ordered],
        [expected for _, (expected, _) in ordered],
        [following for _, (_, following) in ordered],
        [ends_seen.get(partition) for partition, _ in ordered],
    )
    return {TopicPartition(row["topic"], row["partition"]) for row in rows}
