"""Copies of other services' state topics: one table, the newest state of each key."""

from collections.abc import Sequence
from typing import Any

from lintel_events.delivery import Delivery, Handler
from lintel_events.event import Event
from lintel_events.unit import Unit

# The newest of a batch per key, in key order (locks); never an older state over a newer one.
_UPSERT = """
INSERT INTO mirror (topic, key, sequence, state, changed_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
ON CONFLICT (topic, key) DO UPDATE
SET sequence = excluded.sequence, state = excluded.state, changed_at = excluded.changed_at
WHERE excluded.sequence >= mirror.sequence
"""


def mirror_of(*types: type[Event]) -> Handler:
    """A handler that keeps the newest state of each key in the table `mirror`, and may not publish."""
    return Handler(types, _keep, may_publish=False)


async def _keep(unit: Unit, deliveries: Sequence[Delivery[Any]]) -> None:
    newest: dict[tuple[str, str], Delivery[Any]] = {}
    for delivery in deliveries:
        place = (delivery.event.topic.name, delivery.event.key)
        if place not in newest or delivery.sequence >= newest[place].sequence:
            newest[place] = delivery
    ordered = sorted(newest.items())
    unit.write(
        _UPSERT,
        [topic for (topic, _), _ in ordered],
        [key for (_, key), _ in ordered],
        [delivery.sequence for _, delivery in ordered],
        [delivery.event.model_dump_json() for _, delivery in ordered],
        [delivery.time for _, delivery in ordered],
    )
