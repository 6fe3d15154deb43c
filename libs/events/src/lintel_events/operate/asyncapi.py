"""AsyncAPI 3 of everything that is published: channels, who sends, who receives, messages with real examples."""

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from inspect import getdoc
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from lintel_events.log.contract import Contracts, Event, Topic
from lintel_events.log.topics import installed_readers, settings_of
from lintel_events.operate.asyncapi_envelope import ENVELOPE, TRAIT

Document = dict[str, Any]
Readers = Mapping[str, Sequence[str]]

_BINDING = "0.5.0"
_DESCRIPTION = """\
Every record is a CloudEvent 1.0 in structured JSON; its key is the event's subject, which orders it. Read committed
records only (isolation.level=read_committed), expect duplicates, and drop what is not above the last sequence seen
for its subject on that channel. Ignore types and properties you do not know. Operations are those of the services: to
read what a service sends, receive from the same channel with a consumer group of your own."""


def installed_document() -> Document:
    """Of the contracts and the services installed beside us."""
    [point] = entry_points(group="lintel_events.contracts")
    version = point.dist.version if point.dist else "0"
    return document(point.load(), installed_readers(), title=f"{point.name} events", version=version)


def document(contracts: Contracts, readers: Readers, *, title: str, version: str) -> Document:
    """`readers` names the consumer groups of each event type."""
    references, schemas = _schemas(contracts)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:{title.replace(' ', ':')}",
        "info": {"title": title, "version": version, "description": _DESCRIPTION},
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: _channel(topic, contracts) for topic in contracts.TOPICS},
        "operations": {
            name: operation
            for topic in contracts.TOPICS
            for name, operation in _operations(topic, contracts, readers).items()
        },
        "components": {
            "messages": {
                name: _message(event, references[name], contracts) for name, event in contracts.EVENTS.items()
            },
            "messageTraits": {"cloudevent": TRAIT},
            "schemas": {"cloudevent": ENVELOPE} | schemas,
        },
    }


def _schemas(contracts: Contracts) -> tuple[dict[str, Document], Document]:
    """A reference to each event's `data`; and the schemas, with the parts that events share."""
    models = cast("dict[str, type[BaseModel]]", contracts.EVENTS)
    references, found = models_json_schema(
        [(model, "serialization") for model in models.values()], ref_template="#/components/schemas/{model}"
    )
    return {name: references[model, "serialization"] for name, model in models.items()}, found["$defs"]


def _channel(topic: Topic, contracts: Contracts) -> Document:
    names = _types_on(topic, contracts)
    kept = "the newest record of a key stays for good" if topic.kind == "state" else f"kept {topic.retention_days} days"
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"{topic.kind}: {kept}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": _BINDING,
            }
        },
    }


def _configuration(topic: Topic) -> Document:
    """The settings of the topic as the Kafka binding has them: numbers, and a list of policies."""
    settings = settings_of(topic)
    numbers = {name: int(value) for name, value in settings.items() if value.isdigit()}
    return settings | numbers | {"cleanup.policy": [settings["cleanup.policy"]]}


def _types_on(topic: Topic, contracts: Contracts) -> list[str]:
    return [name for name, event in contracts.EVENTS.items() if event.topic == topic]


def _operations(topic: Topic, contracts: Contracts, readers: Readers) -> Document:
    names = _types_on(topic, contracts)
    publisher = contracts.PUBLISHERS[topic.name]
    sends = {f"{publisher}.sends.{topic.name}": _operation("send", publisher, topic, names)}
    receives = {
        f"{group}.receives.{topic.name}": _operation("receive", group, topic, received)
        | {"bindings": {"kafka": {"groupId": {"type": "string", "const": group}, "bindingVersion": _BINDING}}}
        for group in contracts.CONSUMER_GROUPS
        if (received := [name for name in names if group in readers.get(name, ())])
    }
    return sends | receives


def _operation(action: str, service: str, topic: Topic, names: Sequence[str]) -> Document:
    channel = f"#/channels/{topic.name}"
    return {
        "action": action,
        "title": f"{service} {action}s {topic.name}",
        "channel": {"$ref": channel},
        "tags": [{"name": service}],
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _message(event: type[Event], data: Document, contracts: Contracts) -> Document:
    fixed = {
        "type": event.type,
        "source": f"/{contracts.PUBLISHERS[event.topic.name]}",
        "dataschema": f"/schemas/{event.type}.json",
    }
    properties = {name: {"const": value} for name, value in fixed.items()}
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": getdoc(event),
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/cloudevent"},
                {"type": "object", "properties": properties | {"data": data}},
            ]
        },
        "examples": [
            {"headers": {"content-type": "application/cloudevents+json"}, "payload": example}
            for example in contracts.examples_of(event.type)
        ],
    }
