"""State topics: every one has an owner who can tell it again, and every copy of one can be rebuilt."""

from lintel_events.log.topics import consumer_groups, declared_topics
from lintel_events.mirror.rebuild import installed_mirrors
from lintel_events.mirror.republish import installed_state, installed_states

STATES = {topic.name for topic in declared_topics() if topic.kind == "state" and not topic.name.endswith(".dead")}


def test_every_state_topic_has_an_owner_who_can_tell_it_again() -> None:
    assert set(installed_states()) == STATES
    assert {installed_state(topic).service for topic in STATES} == {"catalog", "geo-offers", "inventory"}


def test_every_consumer_says_what_it_mirrors_and_mirrors_states_only() -> None:
    """Facts are not rebuilt by reading them again: every one counts."""
    mirrored = {group: set(installed_mirrors(group)) for group in consumer_groups()}
    assert mirrored == {
        "geo-offers": {"inventory.stock"},
        "inventory": set(),
        "orders": {"catalog.products", "catalog.prices", "geo.stores"},
        "pickup": {"geo.stores"},
    }
    assert set().union(*mirrored.values()) <= STATES
