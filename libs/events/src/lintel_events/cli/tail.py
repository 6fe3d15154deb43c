"""`lintel-events tail`: follow events."""

import argparse
from datetime import datetime
from typing import Any

import orjson

from lintel_events.cli.output import show
from lintel_events.cli.verbs import Verbs
from lintel_events.log.reader import KafkaRecord, follow, read_to_end
from lintel_events.log.topics import declared_topics


def add(verbs: Verbs) -> None:
    tail = verbs.add_parser("tail", help="follow events")
    tail.add_argument("topic", nargs="*", help="default: every declared topic")
    tail.add_argument("--type", help="only events of this type, such as orders.OrderPlaced.v1")
    tail.add_argument("--key", help="only events of this key")
    tail.add_argument("--since", type=datetime.fromisoformat, help="from this moment on (RFC 3339)")
    tail.add_argument("--to-end", action="store_true", help="stop at the end instead of waiting for more")
    tail.set_defaults(run=_tail)


async def _tail(arguments: argparse.Namespace) -> None:
    topics = arguments.topic or [topic.name for topic in declared_topics() if not topic.name.endswith(".dead")]
    records = read_to_end if arguments.to_end else follow
    async for record in records(arguments.kafka, topics, arguments.since):
        event = _event(record)
        if arguments.type in {None, event.get("type")} and arguments.key in {None, event.get("subject")}:
            show(arguments, [event if arguments.json else _line(event)])


def _event(record: KafkaRecord) -> dict[str, Any]:
    try:
        event = orjson.loads(record.value or b"null")
    except ValueError:
        event = None
    where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    return where | event if isinstance(event, dict) else where | {"unreadable": repr(record.value)[:200]}


def _line(event: dict[str, Any]) -> dict[str, Any]:
    names = ("time", "type", "subject", "sequence", "channel", "data", "unreadable")
    return {name: event[name] for name in names if name in event}
