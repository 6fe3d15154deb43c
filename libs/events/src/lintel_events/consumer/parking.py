"""Parking: a key whose record could not be applied waits, with all that follows, until an operator settles it.

A record is parked by `batch.py` after its fifth failure, or as it is read (`delivery.py`) when nobody can read it.

The row of `parked_keys` is the lock. A batch holds the rows of its parked keys while it parks, a replay while it
applies, so that neither overtakes the other.
"""

from collections.abc import Iterable

import orjson
from aiokafka import ConsumerRecord

from lintel_events.consumer.delivery import PolledRecord
from lintel_events.errors import described
from lintel_events.log.cloudevent import Record
from lintel_events.log.dead_letters import base64, dead_letter
from lintel_events.metrics import CONSUMER_DEAD, CONSUMER_PARKED
from lintel_events.outbox.unit_of_work import UnitOfWork

_LONGEST_KEY = 1_000
"""In bytes; far above any of ours, well below what an index takes."""

# In key order, after the offsets and before any row of a handler.
_LOCK = """
SELECT topic, key FROM parked_keys
WHERE consumer_group = $1 AND (topic, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
ORDER BY topic, key FOR UPDATE
"""
# A key that somebody else parked meanwhile is locked by touching it.
_PARK_KEYS = """
INSERT INTO parked_keys (consumer_group, topic, key)
SELECT DISTINCT $1::text, topic, key FROM unnest($2::text[], $3::text[]) AS k (topic, key) ORDER BY topic, key
ON CONFLICT (consumer_group, topic, key) DO UPDATE SET key = excluded.key
"""
# A record that is parked already came with a topic read again.
_PARK = """
INSERT INTO inbox_parked (consumer_group, topic, key, partition, record_offset, timestamp_ms, headers, value, error,
                          attempts)
SELECT $1::text, * FROM unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::bytea[],
                               $9::text[], $10::int[])
ON CONFLICT DO NOTHING
"""
_TAKE_BACK = "DELETE FROM inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])"

TopicKey = tuple[str, str]


def parking_key(record: "ConsumerRecord[bytes, bytes]") -> str | None:
    """The key as text; None where there is none that could be parked, and the record is only dead-lettered."""
    if record.key is None or len(record.key) > _LONGEST_KEY or b"\x00" in record.key:
        return None
    try:
        return str(record.key, "utf-8")
    except UnicodeDecodeError:
        return None


async def set_aside(
    unit: UnitOfWork, consumer_group: str, arrived: list[PolledRecord], *, keys_are_parked: bool
) -> list[PolledRecord]:
    """Write a dead letter for each record that failed, park its key and what follows; return the others, in order."""
    failed = [polled for polled in arrived if polled.error]
    if not failed and not keys_are_parked:
        return arrived
    parked = await _lock(unit, consumer_group, arrived) if keys_are_parked else set()
    left, waiting = sort_out(arrived, parked)
    for polled in failed:
        unit.append(dead_letter_of(consumer_group, polled))
    if waiting:
        _park(unit, consumer_group, waiting)
    CONSUMER_DEAD.labels(consumer_group).inc(len(failed))
    CONSUMER_PARKED.labels(consumer_group).inc(len(waiting))
    return left


def sort_out(
    arrived: list[PolledRecord], parked: set[TopicKey]
) -> tuple[list[PolledRecord], list[tuple[str, PolledRecord]]]:
    """What may be applied, and what is to be parked with its key: from its first failure on a key is parked."""
    parked, left, waiting = set(parked), [], []
    for polled in arrived:
        key = parking_key(polled.record)
        if key is not None and (polled.error or (polled.record.topic, key) in parked):
            parked.add((polled.record.topic, key))
            waiting.append((key, polled))
        elif not polled.error:
            left.append(polled)
    return left, waiting


def dead_letter_of(consumer_group: str, failed: PolledRecord) -> Record:
    if failed.error is None:
        raise ValueError("it has not failed")
    parked = parking_key(failed.record) is not None
    return dead_letter(consumer_group, failed.record, failed.error, failed.attempts, parked=parked)


async def _lock(unit: UnitOfWork, consumer_group: str, arrived: Iterable[PolledRecord]) -> set[TopicKey]:
    keys = {(polled.record.topic, key) for polled in arrived if (key := parking_key(polled.record)) is not None}
    ordered = sorted(keys)
    rows = await unit.lock(_LOCK, consumer_group, [topic for topic, _ in ordered], [key for _, key in ordered])
    return {(row["topic"], row["key"]) for row in rows}


def _park(unit: UnitOfWork, consumer_group: str, waiting: list[tuple[str, PolledRecord]]) -> None:
    """An event that is parked is not applied: it leaves the inbox, so that its replay will be new."""
    topics, keys = [polled.record.topic for _, polled in waiting], [key for key, _ in waiting]
    unit.write(_PARK_KEYS, consumer_group, topics, keys)
    unit.write(
        _PARK,
        consumer_group,
        topics,
        keys,
        [polled.record.partition for _, polled in waiting],
        [polled.record.offset for _, polled in waiting],
        [polled.record.timestamp for _, polled in waiting],
        [headers_text(polled.record) for _, polled in waiting],
        [polled.record.value for _, polled in waiting],
        [described(polled.error) if polled.error else None for _, polled in waiting],
        [polled.attempts if polled.error else 0 for _, polled in waiting],
    )
    unit.write(_TAKE_BACK, consumer_group, [polled.envelope.event_id for _, polled in waiting if polled.envelope])


def headers_text(record: "ConsumerRecord[bytes, bytes]") -> str:
    return orjson.dumps([[name, base64(value)] for name, value in record.headers]).decode()
