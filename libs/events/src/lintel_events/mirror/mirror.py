"""Copies of other services' state topics: one table, the newest state of each key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.contract import Event
from lintel_events.outbox.unit_of_work import UnitOfWork

# The newest of a batch per key, in key order (locks); never an older state over a newer one.
UPSERT = """
INSERT INTO mirror (topic, key, sequence, state, changed_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
ON CONFLICT (topic, key) DO UPDATE
SET sequence = excluded.sequence, state = excluded.state, changed_at = excluded.changed_at
WHERE excluded.sequence >= mirror.sequence
"""


def mirror_of(*types: type[Event]) -> Handler:
    """A handler that keeps the newest state of each key in the table `mirror`, and may not publish."""
    return Handler(types, _keep, may_publish=False)


async def _keep(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
    unit.write(UPSERT, *columns(newest(deliveries).values()))


def mirrored(handlers: Iterable[Handler]) -> Mapping[str, Mapping[str, type[Event]]]:
    """The topics of which these handlers keep copies; of each, the event types by name."""
    found: dict[str, dict[str, type[Event]]] = {}
    for handler in handlers:
        if handler.apply is _keep:
            for model in handler.types:
                found.setdefault(model.topic.name, {})[model.type] = model
    return found


def newest(deliveries: Iterable[Delivery[Any]]) -> dict[tuple[str, str], Delivery[Any]]:
    """The last state of each (topic, key), in key order."""
    found: dict[tuple[str, str], Delivery[Any]] = {}
    for delivery in deliveries:
        place = (delivery.event.topic.name, delivery.event.key)
        if place not in found or delivery.sequence >= found[place].sequence:
            found[place] = delivery
    return dict(sorted(found.items()))


def columns(deliveries: Iterable[Delivery[Any]]) -> tuple[list[Any], ...]:
    """The arguments of UPSERT: at most one state a key."""
    states = list(deliveries)
    return (
        [delivery.event.topic.name for delivery in states],
        [delivery.event.key for delivery in states],
        [delivery.sequence for delivery in states],
        [delivery.event.model_dump_json() for delivery in states],
        [delivery.time for delivery in states],
    )
