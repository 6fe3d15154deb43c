"""Parked records as rows: the first of a key, the record it was, and what settles it."""

from base64 import b64decode

import asyncpg
import orjson
from aiokafka import ConsumerRecord

from lintel_events.log.dead_letters import closing
from lintel_events.outbox.unit_of_work import UnitOfWork

_FIRST = """
SELECT * FROM inbox_parked WHERE consumer_group = $1 AND topic = $2 AND key = $3
ORDER BY partition, record_offset LIMIT 1
"""
_DELETE = """
DELETE FROM inbox_parked
WHERE consumer_group = $1 AND topic = $2 AND key = $3 AND partition = $4 AND record_offset = $5
"""
_UNPARK = "DELETE FROM parked_keys WHERE consumer_group = $1 AND topic = $2 AND key = $3"


async def first_of(unit: UnitOfWork, consumer_group: str, topic: str, key: str) -> asyncpg.Record | None:
    """The record that is next. Lock the key first."""
    return await unit.fetchrow(_FIRST, consumer_group, topic, key)


def record_of(row: asyncpg.Record) -> "ConsumerRecord[bytes, bytes]":
    """A row of inbox_parked as the record it was."""
    headers = [(name, None if value is None else b64decode(value)) for name, value in orjson.loads(row["headers"])]
    return ConsumerRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        timestamp=row["timestamp_ms"],
        timestamp_type=0,
        key=row["key"].encode(),
        value=row["value"],
        checksum=None,
        serialized_key_size=len(row["key"]),
        serialized_value_size=len(row["value"] or b""),
        headers=headers,
    )


def place(row: asyncpg.Record) -> tuple[str, str, str, int, int]:
    return row["consumer_group"], row["topic"], row["key"], row["partition"], row["record_offset"]


def settle(unit: UnitOfWork, row: asyncpg.Record) -> None:
    """Queue that the record is parked no longer, and that its letter, if it has one, is closed."""
    unit.write(_DELETE, *place(row))
    if row["attempts"]:
        unit.append(closing(row["consumer_group"], row["topic"], row["partition"], row["record_offset"]))


def unpark(unit: UnitOfWork, consumer_group: str, topic: str, key: str) -> None:
    """Queue that the key is parked no longer; nothing of it may be left."""
    unit.write(_UNPARK, consumer_group, topic, key)
