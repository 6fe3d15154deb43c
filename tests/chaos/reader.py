"""The reader's handler: for each fact one row of effect and one event of its own."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.outbox.unit_of_work import UnitOfWork
from tests.chaos.plan import POISONED, Events

# In key order; the rows it locks are the keys of what is published.
_RAISE = """
INSERT INTO notes SELECT * FROM unnest($1::text[], $2::bigint[]) ORDER BY 1
ON CONFLICT (note) DO UPDATE SET sequence = notes.sequence + excluded.sequence RETURNING note, sequence
"""


class PoisonError(Exception):
    """What the handler says to a poisoned note."""


def reading(events: Events) -> Handler:
    async def keep(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        if any(delivery.event.note in POISONED for delivery in deliveries):
            raise PoisonError
        counted = Counter(delivery.event.note for delivery in deliveries)
        raised = await unit.fetch(_RAISE, sorted(counted), [counted[note] for note in sorted(counted)])
        sequences = {row["note"]: row["sequence"] - counted[row["note"]] for row in raised}
        for delivery in deliveries:
            note, n = delivery.event.note, delivery.event.n
            sequences[note] += 1
            unit.publish(events.echo(note=note, n=n), sequence=sequences[note], cause=delivery.context)
        unit.write(
            "INSERT INTO effects SELECT * FROM unnest($1::text[], $2::bigint[])",
            [delivery.event.note for delivery in deliveries],
            [delivery.event.n for delivery in deliveries],
        )

    return Handler((events.fact, events.aside), keep)
