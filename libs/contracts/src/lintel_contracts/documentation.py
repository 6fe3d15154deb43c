"""The page of all events, from the models: topic, kind, who publishes, who reads, every field."""

from collections.abc import Iterable, Mapping
from inspect import getdoc
from typing import Any

from lintel_contracts import EVENTS, PUBLISHERS, TOPICS
from lintel_contracts.compatibility import Schema
from lintel_contracts.event import Event
from lintel_contracts.schemas import schema_of
from lintel_contracts.topic import Topic, TopicKind

_HEAD = """\
# The events

Generated from `lintel_contracts`. The value of every record is a CloudEvent 1.0 in structured JSON; what stands below
is its `data`. The record's key is the event's `subject`. The same for programs: `docs/asyncapi.json` (AsyncAPI 3), the
JSON Schemas in `libs/contracts/schemas`, and records of real runs in `libs/contracts/src/lintel_contracts/records`.

## How to read the log

- **Read committed records only**: `isolation.level=read_committed`. librdkafka does so by default, the Java client and
  aiokafka must be told. Nothing uncommitted is ever appended, and every committed event is appended at least once.
- **Order** holds for one key on one topic: first occurrences come in the order in which they were committed. No order
  is promised across keys or topics: take nothing for granted because another topic said it first.
- **Copies** may follow, and a late one may be an old one. Either keep the `id`s that you have applied for as long as
  the topic keeps its records; or, where only the newest counts, drop what is not above the last `sequence` of its
  topic, subject and type. Sequences compare as text.
- **Your position and what you made of the records belong into one transaction** of your own database. Then a crash
  neither loses nor repeats anything; `examples/pos` shows it in three short files.
- **State topics** keep the newest record of every key for good: read them from offset 0 and you have a copy, which you
  can throw away and read again. A withdrawal is a state, too. **Fact topics** keep every event for some days: whoever
  was away for longer asks the APIs.
- **Ignore** event types and properties that you do not know: a published type may gain optional properties. Whatever
  else would change is a new type, `...v2`, beside the old one.
- Persons are opaque ids. Amounts are decimal strings, moments RFC 3339 in UTC.
"""


def page(readers: Mapping[str, Iterable[str]]) -> str:
    """The whole page; `readers` names, for each event type, the consumer groups that handle it."""
    return "\n".join([_HEAD, *(_topic(topic, readers) for topic in TOPICS)])


def _topic(topic: Topic, readers: Mapping[str, Iterable[str]]) -> str:
    kept = (
        "state: the newest record of a key stays for good"
        if topic.kind is TopicKind.STATE
        else f"facts: kept {topic.retention_days} days"
    )
    events = [event for event in EVENTS.values() if event.topic == topic]
    head = f"## {topic.name}\n\nPublished by {PUBLISHERS[topic.name]}; {kept}; {topic.partitions} partitions.\n"
    return "\n".join([head, *(_event(event, readers.get(event.type, ())) for event in events)])


def _event(event: type[Event], readers: Iterable[str]) -> str:
    schema = schema_of(event)
    rows = "\n".join(_row(name, field, schema) for name, field in schema["properties"].items())
    read_by = ", ".join(sorted(readers)) or "nobody here"
    return (
        f"### {event.type}\n\n{getdoc(event)}\n\nRead by: {read_by}.\n\n"
        f"| field | type | required | |\n|---|---|---|---|\n{rows}\n"
    )


def _row(name: str, field: Schema, schema: Schema) -> str:
    required = "yes" if name in schema.get("required", ()) else "no"
    words = " ".join(str(field.get("description", "")).split())
    return f"| {name} | {_type(field, schema.get('$defs', {}))} | {required} | {words} |"


def _type(field: Schema, parts: dict[str, Any]) -> str:
    """A field's type in a few words; the parts of a part are given once, in braces."""
    if "$ref" in field:
        return _part(field["$ref"].rpartition("/")[2], parts)
    if "anyOf" in field:
        return " or ".join(_type(choice, parts) for choice in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], parts)}"
    return str(field.get("format", field.get("type", "any")))


def _part(name: str, parts: dict[str, Any]) -> str:
    part = parts[name]
    if "enum" in part:
        return " / ".join(part["enum"])
    if name in {"Money", "Window"}:
        return name
    inside = ", ".join(f"{inner}: {_type(field, parts)}" for inner, field in part["properties"].items())
    return f"{name} {{{inside}}}"
