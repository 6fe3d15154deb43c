"""Dead letters: records that could not be applied, kept with their reason until somebody replays or discards them.

`<consumer group>.dead` is a compacted topic: a letter is open until a tombstone closes its key.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import uuid_utils
from aiokafka import ConsumerRecord

from lintel_events.codec import MAX_RECORD_BYTES, Record


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
    consumer_group: str, record: "ConsumerRecord[bytes, bytes]", error: BaseException, attempts: int
) -> Record:
    """The outbox row of a letter: the original record, what went wrong, how often, and its trace."""
    letter_id = uuid_utils.uuid7()
    letter = {
        "id": str(letter_id),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp,
        "key": _base64(record.key),
        "value": _base64(record.value),
        "headers": [[name, _base64(value)] for name, value in record.headers],
        "error": f"{type(error).__name__}: {error}"[:4_000].encode(errors="backslashreplace").decode(),
        "attempts": attempts,
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
    return Record(DeadLetterTopic(consumer_group).name, 0, str(letter_id), UUID(int=letter_id.int), "{}", payload)


def _base64(value: bytes | None) -> Any:
    return None if value is None else b64encode(value).decode()
