"""CloudEvents 1.0 in structured JSON: an event to a Kafka record and back.

Small and ours; PyPI `cloudevents` reads it back in the tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import uuid_utils
from asyncpg.pgproto.pgproto import UUID as DatabaseUUID  # noqa: N811 - a class; equal to uuid.UUID, made 7 times as fast

from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.log.partitioner import partition_for

CONTENT_TYPE = b"application/cloudevents+json"
MAX_RECORD_BYTES = 512 * 1024
_SPEC_VERSION = "1.0"


class RecordTooLargeError(Exception):
    """The event would not fit the broker's limit; nothing of its transaction may be committed."""


class MalformedRecordError(Exception):
    """The record is no event of ours: retrying cannot help."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the outbox: what will be appended to Kafka, and where."""

    topic: str
    partition: int
    key: str
    event_id: UUID
    headers: str
    """A JSON object of header names and values, beside the content type."""
    payload: bytes | None
    """None is a tombstone: it closes its key on a compacted topic."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a record says of its event; `data` is parsed JSON, not yet validated, as are the rest of its attributes."""

    event_id: UUID
    type: str
    subject: str
    sequence: str
    time: datetime
    data: Any
    attributes: dict[str, Any]
    trace: dict[str, str]

    @property
    def context(self) -> Context:
        """The event as the cause of what it leads to; made for those that are delivered only."""
        return Context.from_attributes(self.attributes, self.trace.get("traceparent"), self.trace.get("tracestate"))


def sequence_text(epoch: int, sequence: int) -> str:
    """`<epoch>-<sequence>`, zero-padded so that text order is number order."""
    return f"{epoch:04d}-{sequence:012d}"


def encode(event: Event, *, source: str, sequence: str, context: Context) -> Record:
    """Raise RecordTooLargeError beyond MAX_RECORD_BYTES."""
    event_id = uuid_utils.uuid7()
    key = event.key
    payload = orjson.dumps(
        {
            "specversion": _SPEC_VERSION,
            "id": str(event_id),
            "source": source,
            "type": event.type,
            "subject": key,
            "time": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "dataschema": f"/schemas/{event.type}.json",
            "datacontenttype": "application/json",
            "sequence": sequence,
            **context.attributes(),
            "data": orjson.Fragment(event.model_dump_json()),
        }
    )
    if len(payload) > MAX_RECORD_BYTES:
        raise RecordTooLargeError(
            f"{event.type} of {key} has {len(payload)} bytes, at most {MAX_RECORD_BYTES} are allowed"
        )
    topic = event.topic
    return Record(
        topic.name,
        partition_for(key, topic.partitions),
        key,
        UUID(int=event_id.int),
        _trace_headers(context),
        payload,
    )


def _trace_headers(context: Context) -> str:
    if context.traceparent is None:
        return "{}"
    headers = {"traceparent": context.traceparent}
    if context.tracestate:
        headers["tracestate"] = context.tracestate
    return orjson.dumps(headers).decode()


def kafka_headers(headers: str) -> list[tuple[str, bytes]]:
    """The headers of an outbox row as Kafka takes them, content type first."""
    extra = orjson.loads(headers) if headers != "{}" else {}
    return [("content-type", CONTENT_TYPE), *((name, value.encode()) for name, value in extra.items())]


def decode(value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """Raise MalformedRecordError for whatever is not a structured CloudEvent with the attributes we rely on."""
    try:
        attributes = orjson.loads(value or b"")
        if attributes["specversion"] != _SPEC_VERSION:
            raise MalformedRecordError(f"CloudEvents {attributes['specversion']} is not read here")
        time = datetime.fromisoformat(attributes["time"])
        if time.tzinfo is None:
            raise MalformedRecordError("time has no offset")
        trace = {name: text.decode() for name, text in headers if name in {"traceparent", "tracestate"}}
        return Envelope(
            DatabaseUUID(attributes["id"]),
            _text(attributes, "type"),
            _text(attributes, "subject"),
            _text(attributes, "sequence"),
            time,
            attributes["data"],
            attributes,
            trace,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MalformedRecordError(f"not a structured CloudEvent: {type(error).__name__}: {error}") from error


def _text(attributes: dict[str, Any], name: str) -> str:
    value = attributes[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not text")
    return value
