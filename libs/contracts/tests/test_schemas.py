"""What is published stays readable: the committed schemas are the contract, the models follow them."""

import re
from typing import ClassVar

import pytest

from lintel_contracts import EVENTS, TOPICS
from lintel_contracts.event import Event
from lintel_contracts.orders_orders import OrderReady
from lintel_contracts.schemas import published_schema, refusal, schema_of, withdrawn


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_the_committed_schema_is_the_models(event: type[Event]) -> None:
    refused = refusal(event)
    assert refused is None, refused
    assert published_schema(event) == schema_of(event), (
        f"{event.type} is not what libs/contracts/schemas says; no reader breaks, so publish it with "
        "`python -m lintel_contracts.schemas` and commit the file."
    )


def test_a_published_event_is_not_withdrawn() -> None:
    """Readers of the log meet it for as long as the log is kept."""
    assert withdrawn() == []


class OrderReadyWithoutAnEnd(OrderReady):
    """What somebody might make of OrderReady."""

    collect_by: ClassVar[None] = None  # type: ignore[misc] # that is the mistake


def test_a_refusal_says_what_breaks_and_what_to_do_instead() -> None:
    refused = refusal(OrderReadyWithoutAnEnd) or ""
    for part in ("#/properties/collect_by is gone", "declare orders.OrderReady.v2 beside it", "90 days"):
        assert part in refused


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_an_events_name_says_its_domain_and_version(event: type[Event]) -> None:
    """`OrderPlaced` is orders.OrderPlaced.v1, `OrderPlacedV2` its successor."""
    domain = event.topic.name.partition(".")[0]
    name, version = re.fullmatch(r"(\w+?)(?:V(\d+))?", event.__name__).groups("1")  # type: ignore[union-attr] # any name matches
    assert event.type == f"{domain}.{name}.v{version}"
    assert event.topic in TOPICS


def test_a_state_topic_carries_one_type() -> None:
    """Compaction keeps one record a key: a second type would drop the first's."""
    for topic in TOPICS:
        if topic.kind == "state":
            assert sum(event.topic == topic for event in EVENTS.values()) == 1
