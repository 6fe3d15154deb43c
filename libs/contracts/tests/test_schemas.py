"""What is published stays readable: the committed schemas are the contract, the models follow them."""

from typing import Any

import pytest

from lintel_contracts import EVENTS, TOPICS
from lintel_contracts.event import Event
from lintel_contracts.schemas import SCHEMAS, breaking_changes, published_schema, schema_of

PUBLISHED: dict[str, Any] = {
    "properties": {"order_id": {"type": "string"}, "reason": {"$ref": "#/$defs/Reason"}},
    "required": ["order_id", "reason"],
    "$defs": {"Reason": {"enum": ["shopper", "care"]}},
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_the_committed_schema_is_the_models(event: type[Event]) -> None:
    published = published_schema(event)
    breaks = list(breaking_changes(published, schema_of(event))) if published else []
    assert not breaks, (
        f"{event.type} would break its readers: {breaks}. Only a new optional property with a name it never had may "
        "be added. For anything else declare a new type beside it, with the next version in its name."
    )
    assert published == schema_of(event), (
        f"{event.type} is not what libs/contracts/schemas says; no reader breaks, so publish it with "
        "`python -m lintel_contracts.schemas` and commit the file."
    )


def test_a_published_event_is_not_withdrawn() -> None:
    """Readers of the log meet it for as long as the log is kept."""
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(EVENTS)


def test_a_new_optional_property_is_allowed() -> None:
    current = PUBLISHED | {"properties": PUBLISHED["properties"] | {"note": {"type": "string"}}}
    assert not list(breaking_changes(PUBLISHED, current))


def test_words_may_be_changed() -> None:
    assert not list(breaking_changes(PUBLISHED | {"description": "old"}, PUBLISHED | {"description": "new"}))


def test_the_order_of_fields_does_not_matter() -> None:
    assert not list(breaking_changes(PUBLISHED, PUBLISHED | {"required": ["reason", "order_id"]}))


@pytest.mark.parametrize(
    "change",
    [
        {"properties": {"order_id": {"type": "string"}}},
        {"properties": PUBLISHED["properties"] | {"order_id": {"type": "integer"}}},
        {"required": ["order_id", "reason", "channel"]},
        {"required": ["order_id"]},
        {"$defs": {"Reason": {"enum": ["shopper", "care", "store"]}}},
        {"additionalProperties": False},
    ],
    ids=["removed", "other type", "newly required", "no longer required", "new value", "closed"],
)
def test_anything_else_is_a_new_type(change: dict[str, Any]) -> None:
    assert list(breaking_changes(PUBLISHED, PUBLISHED | change))


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_an_events_name_says_its_domain_and_version(event: type[Event]) -> None:
    domain = event.topic.name.partition(".")[0]
    assert event.type == f"{domain}.{event.__name__}.v1"
    assert event.topic in TOPICS


def test_a_state_topic_carries_one_type() -> None:
    """Compaction keeps one record a key: a second type would drop the first's."""
    for topic in TOPICS:
        if topic.kind == "state":
            assert sum(event.topic == topic for event in EVENTS.values()) == 1
