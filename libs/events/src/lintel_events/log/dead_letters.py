"""Dead letters: records that could not be applied, kept with their reason until somebody settles them.

`<consumer group>.dead` is a compacted topic: a letter is open until a tombstone closes its key.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import orjson
from aiokafka import ConsumerRecord

from lintel_events.errors import described
from lintel_events.log.cloudevent import MAX_RECORD_BYTES, Record

_NAMESPACE = UUID("8f0d5f0e-6c0b-4b6e-9a53-0c2a8d1e7b41")


@dataclass(frozen=True, slots=True)
class DeadLetterTopic:
    """The topic of one consumer group's dead letters."""

    consumer_group: str
    kind: str = "state"
    partitions: int = 1
    retention_days: int | None = None

    @property
    def name(self) -> str:
        return f"{self.consumer_group}.dead"


def dead_letter(
    consumer_group: str, record: "ConsumerRecord[bytes, bytes]", error: BaseException, attempts: int, *, parked: bool
) -> Record:
    """The outbox row of a letter: the original record, what went wrong, how often, and whether its key is parked."""
    letter_id = _letter_id(consumer_group, record.topic, record.partition, record.offset)
    letter = {
        "id": str(letter_id),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp,
        "key": base64(record.key),
        "value": base64(record.value),
        "headers": [[name, base64(value)] for name, value in record.headers],
        "error": described(error),
        "attempts": attempts,
        "parked": parked,
    }
    payload = orjson.dumps(letter)
    if len(payload) > MAX_RECORD_BYTES:
        omitted: dict[str, Any] = {
            "key": None,
            "value": None,
            "headers": [],
            "omitted": "too large to copy; read it at its offset",
        }
        payload = orjson.dumps(letter | omitted)
    return _row(consumer_group, letter_id, payload)


def closing(consumer_group: str, topic: str, partition: int, offset: int) -> Record:
    """The outbox row of the tombstone that closes a record's letter."""
    return _row(consumer_group, _letter_id(consumer_group, topic, partition, offset), None)


def _letter_id(consumer_group: str, topic: str, partition: int, offset: int) -> UUID:
    """A record has one letter however often it fails: read again after a restore, it must not leave two."""
    return uuid5(_NAMESPACE, f"{consumer_group}/{topic}/{partition}/{offset}")


def _row(consumer_group: str, letter_id: UUID, payload: bytes | None) -> Record:
    return Record(DeadLetterTopic(consumer_group).name, 0, str(letter_id), letter_id, "{}", payload)


def base64(value: bytes | None) -> Any:
    return None if value is None else b64encode(value).decode()
