"""The outbox: events are rows of the business transaction until the relay has appended them to Kafka."""

from dataclasses import dataclass
from typing import Any

from lintel_events.database import Pool
from lintel_events.log.cloudevent import Record
from lintel_events.outbox.signal import Signal

INSERT = """
INSERT INTO outbox (topic, partition, key, event_id, headers, payload)
SELECT e.topic, e.partition, e.key, e.event_id, e.headers, e.payload
FROM unnest($1::text[], $2::int[], $3::text[], $4::uuid[], $5::text[], $6::bytea[])
     WITH ORDINALITY AS e (topic, partition, key, event_id, headers, payload, position)
"""
"""Rows get their ids in the order of the arrays."""


def columns(records: list[Record]) -> tuple[list[Any], ...]:
    """The arguments of INSERT."""
    return (
        [record.topic for record in records],
        [record.partition for record in records],
        [record.key for record in records],
        [record.event_id for record in records],
        [record.headers for record in records],
        [record.payload for record in records],
    )


@dataclass(frozen=True, slots=True)
class Outbox:
    """What every unit of a process publishes under: its service, its database's epoch, and whom to wake afterwards."""

    source: str
    """The service as CloudEvents source, such as `/orders`."""
    epoch: int
    """Raised when the database is restored from a backup, so that sequences never go back."""
    committed: Signal

    @classmethod
    async def open(cls, pool: Pool, source: str, committed: Signal) -> "Outbox":
        return cls(source, await pool.fetchval("SELECT epoch FROM backbone"), committed)
