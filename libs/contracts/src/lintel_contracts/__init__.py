"""The facts Lintel's services publish.

`EVENTS` maps each event type's name to its model, `TOPICS` lists the topics, `ANSWERS` says what must follow what.
"""

from collections.abc import Iterator
from types import ModuleType

from lintel_contracts import (
    catalog_prices,
    catalog_products,
    geo_stores,
    inventory_incidents,
    inventory_reservations,
    inventory_stock,
    orders_customers,
    orders_orders,
    orders_payments,
    orders_sales,
    pickup_pickups,
)
from lintel_contracts.answers import ANSWERS
from lintel_contracts.event import Event
from lintel_contracts.examples import examples_of
from lintel_contracts.topic import Topic

__all__ = ["ANSWERS", "CONSUMER_GROUPS", "EVENTS", "PUBLISHERS", "TOPICS", "Event", "Topic", "examples_of"]

_MODULES = (
    catalog_products,
    catalog_prices,
    geo_stores,
    inventory_stock,
    inventory_reservations,
    inventory_incidents,
    orders_orders,
    orders_payments,
    orders_sales,
    orders_customers,
    pickup_pickups,
)

CONSUMER_GROUPS: tuple[str, ...] = ("geo-offers", "inventory", "orders", "pickup")
"""The services that consume; each has a topic of dead letters, `<consumer group>.dead`."""

TOPICS: tuple[Topic, ...] = tuple(module.TOPIC for module in _MODULES)

_OWNERS = {"geo": "geo-offers"}
"""Services whose topics carry a shorter name than theirs."""

PUBLISHERS: dict[str, str] = {
    topic.name: _OWNERS.get(prefix, prefix) for topic in TOPICS for prefix in [topic.name.partition(".")[0]]
}
"""The service that publishes each topic, the only one."""


def _events_of(module: ModuleType) -> Iterator[type[Event]]:
    for item in vars(module).values():
        if (
            isinstance(item, type)
            and issubclass(item, Event)
            and item.__module__ == module.__name__
            and "type" in vars(item)
        ):
            yield item


EVENTS: dict[str, type[Event]] = {event.type: event for module in _MODULES for event in _events_of(module)}
