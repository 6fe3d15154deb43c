"""What operators do with parked keys: list, show, park, replay, discard."""

from base64 import b64decode
from typing import Any

import asyncpg
import orjson

from lintel_events.consumer.parked_rows import first_of, record_of, settle, unpark
from lintel_events.log.cloudevent import MalformedRecordError, decode
from lintel_events.outbox.unit_of_work import UnitOfWork

ParkedKey = tuple[str, str]
"""Topic and key."""

_KEYS = """
SELECT k.topic, k.key, count(p.*) AS records, k.parked_at, k.replay_requested_at,
       (array_agg(p.attempts ORDER BY p.partition, p.record_offset))[1] AS attempts,
       (array_agg(p.error ORDER BY p.partition, p.record_offset))[1] AS error
FROM parked_keys k LEFT JOIN inbox_parked p USING (consumer_group, topic, key)
WHERE k.consumer_group = $1 AND k.topic = coalesce($2, k.topic) AND k.key = coalesce($3, k.key)
GROUP BY k.consumer_group, k.topic, k.key ORDER BY k.parked_at
"""
_RECORDS = """
SELECT * FROM inbox_parked WHERE consumer_group = $1 AND topic = $2 AND key = $3 ORDER BY partition, record_offset
"""
_LOCK = "SELECT FROM parked_keys WHERE consumer_group = $1 AND topic = $2 AND key = $3 FOR UPDATE"
_PARK = "INSERT INTO parked_keys (consumer_group, topic, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_REQUEST = """
UPDATE parked_keys SET replay_requested_at = clock_timestamp() WHERE consumer_group = $1 AND topic = $2 AND key = $3
"""
_CORRECT = """
UPDATE inbox_parked SET value = $6
WHERE consumer_group = $1 AND topic = $2 AND key = $3 AND partition = $4 AND record_offset = $5
"""
_NEVER = "INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"


async def parked_keys(
    unit: UnitOfWork, consumer_group: str, topic: str | None, key: str | None
) -> list[dict[str, Any]]:
    """The keys of this topic and name (None: of any), oldest first, each with how its first record failed."""
    return [dict(row) for row in await unit.fetch(_KEYS, consumer_group, topic, key)]


async def records(unit: UnitOfWork, consumer_group: str, parked: ParkedKey) -> list[dict[str, Any]]:
    """What waits of a key, in order, readable; what is not UTF-8 is shown by its escapes."""
    return [_readable(row) for row in await unit.fetch(_RECORDS, consumer_group, *parked)]


def park(unit: UnitOfWork, consumer_group: str, parked: ParkedKey) -> None:
    """Park a key whose records are to wait, whatever the handlers make of them."""
    unit.write(_PARK, consumer_group, *parked)


async def request_replay(
    unit: UnitOfWork, consumer_group: str, parked: ParkedKey, corrected: bytes | None = None
) -> bool:
    """Let the service apply what waits, the first record with its corrected value; False when nothing is parked."""
    if not await unit.lock(_LOCK, consumer_group, *parked):
        return False
    if corrected is not None:
        first = await first_of(unit, consumer_group, *parked)
        if first is None:
            raise LookupError(f"no record of {parked[1]} waits")
        unit.write(_CORRECT, consumer_group, *parked, first["partition"], first["record_offset"], corrected)
    unit.write(_REQUEST, consumer_group, *parked)
    return True


async def discard(unit: UnitOfWork, consumer_group: str, parked: ParkedKey, *, everything: bool) -> int:
    """Drop the first record, or all, for good; a key that has none left is unparked. Return how many were dropped."""
    if not await unit.lock(_LOCK, consumer_group, *parked):
        return 0
    rows = await unit.fetch(_RECORDS, consumer_group, *parked)
    dropped = rows if everything else rows[:1]
    for row in dropped:
        settle(unit, row)
        _never_apply(unit, consumer_group, row)
        await unit.flush()
    if len(dropped) == len(rows):
        unpark(unit, consumer_group, *parked)
    return len(dropped)


def _never_apply(unit: UnitOfWork, consumer_group: str, row: asyncpg.Record) -> None:
    """Its event counts as applied, so that a duplicate, or its topic read again, does not bring it back."""
    record = record_of(row)
    try:
        unit.write(_NEVER, consumer_group, decode(record.value, record.headers).event_id)
    except MalformedRecordError:
        return


def _readable(row: asyncpg.Record) -> dict[str, Any]:
    headers = [[name, value and b64decode(value).decode(errors="backslashreplace")]
               for name, value in orjson.loads(row["headers"])]  # fmt: skip
    value = None if row["value"] is None else row["value"].decode(errors="backslashreplace")
    return dict(row) | {"headers": headers, "value": value}
