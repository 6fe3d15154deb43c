"""Rows to pickups and back. A pickup is locked, changed, and saved together with what it announces."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from lintel_contracts.errors import NotFound
from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.pickup_pickups import ArrivalMethod, PickupEvent
from lintel_contracts.values import Window
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.domain.lines import Line, Substitute
from lintel_pickup.domain.pickup import Arrival, Pickup, Status

PICKUP_COLUMNS = """order_id, store_code, status, status_reason, owner, number, payment_method, slot_starts_at,
    slot_ends_at, lines, nonce, attempts, staging_location, arrival, ready_at, collect_by, ended_at, handed_over_by,
    override_reason, sequence,
    EXISTS (SELECT FROM payments p WHERE (p.order_id, p.store_code) = (pickups.order_id, pickups.store_code)) AS paid"""
"""What `pickup_of` reads."""

# Locks in id order, so that two batches never wait for each other in a circle.
_LOCK = f"SELECT {PICKUP_COLUMNS} FROM pickups WHERE order_id = ANY($1::text[]) ORDER BY order_id FOR UPDATE"  # noqa: S608 - constants
# New rows; should another process insert one of them first, the batch fails on the key and is tried again.
_INSERT = """
INSERT INTO pickups (order_id, store_code, owner, number, payment_method, slot_starts_at, slot_ends_at, status,
    status_reason, lines, nonce, attempts, staging_location, arrival, ready_at, collect_by, ended_at, handed_over_by,
    override_reason, sequence)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
    $8::text[], $9::text[], $10::jsonb[], $11::text[], $12::smallint[], $13::text[], $14::jsonb[], $15::timestamptz[],
    $16::timestamptz[], $17::timestamptz[], $18::text[], $19::text[], $20::bigint[])
"""
# The rows are locked already.
_UPDATE = """
UPDATE pickups o SET status = c.status, status_reason = c.status_reason, lines = c.lines, nonce = c.nonce,
    attempts = c.attempts, staging_location = c.staging_location, arrival = c.arrival, ready_at = c.ready_at,
    collect_by = c.collect_by, ended_at = c.ended_at, handed_over_by = c.handed_over_by,
    override_reason = c.override_reason, sequence = c.sequence
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::smallint[], $8::text[],
            $9::jsonb[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[],
            $15::bigint[])
  AS c (order_id, store_code, status, status_reason, lines, nonce, attempts, staging_location, arrival, ready_at,
        collect_by, ended_at, handed_over_by, override_reason, sequence)
WHERE o.order_id = c.order_id AND o.store_code = c.store_code
"""
# An order is paid once, however often that is told.
_PAY = """
INSERT INTO payments (order_id, store_code) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING
"""
# Whose it was, where they stood, and what the store wrote of them; that somebody overrode the code is kept.
FORGET = """
UPDATE pickups SET owner = NULL, arrival = arrival || '{"bay": null, "note": null}',
    override_reason = CASE WHEN override_reason IS NOT NULL THEN 'forgotten' END
WHERE owner = ANY($1::text[])
"""
"""Anonymises the pickups of these customers."""


@dataclass(slots=True)
class Changed:
    """A pickup that a unit changed or made, what it announces, and the cause of each announcement."""

    pickup: Pickup
    events: list[tuple[PickupEvent, Context | None]] = field(default_factory=list)


async def lock_all(unit: UnitOfWork, order_ids: Iterable[str]) -> dict[str, Pickup]:
    """Those of the orders that have one, locked until the unit ends."""
    return {row["order_id"]: pickup_of(row) for row in await unit.lock(_LOCK, sorted(set(order_ids)))}


async def lock(unit: UnitOfWork, order_id: str) -> Pickup:
    """Raise NotFound."""
    found = await lock_all(unit, [order_id])
    if order_id not in found:
        raise NotFound("pickup_not_found", "There is no such pickup.")
    return found[order_id]


def save(unit: UnitOfWork, changes: Iterable[Changed]) -> None:
    """Update the pickups, which must be locked by this unit, and publish what happened to each in its order."""
    rows = [(c.pickup.order_id, c.pickup.store_code, *_life(c.pickup, _publish(unit, c))) for c in changes]
    if rows:
        unit.write(_UPDATE, *map(list, zip(*rows, strict=True)))


def add(unit: UnitOfWork, changes: Iterable[Changed]) -> None:
    """Insert new pickups, and publish what happened to each in its order."""
    rows = [(*_origin(c.pickup), *_life(c.pickup, _publish(unit, c))) for c in changes]
    if rows:
        unit.write(_INSERT, *map(list, zip(*sorted(rows, key=lambda row: row[0]), strict=True)))


def add_payments(unit: UnitOfWork, orders: Iterable[tuple[str, str]]) -> None:
    """Order and store of what is paid."""
    ordered = sorted(set(orders))
    unit.write(_PAY, [order_id for order_id, _ in ordered], [store_code for _, store_code in ordered])


def pickup_of(row: asyncpg.Record) -> Pickup:
    slot = Window(starts_at=row["slot_starts_at"], ends_at=row["slot_ends_at"]) if row["slot_starts_at"] else None
    return Pickup(
        order_id=row["order_id"],
        store_code=row["store_code"],
        status=Status(row["status"]),
        status_reason=EndReason(row["status_reason"]) if row["status_reason"] else None,
        owner=row["owner"],
        number=row["number"],
        payment_method=PaymentMethod(row["payment_method"]) if row["payment_method"] else None,
        paid=row["paid"],
        slot=slot,
        lines=tuple(_line(line) for line in orjson.loads(row["lines"])),
        nonce=row["nonce"],
        attempts=row["attempts"],
        staging_location=row["staging_location"],
        arrival=_arrival(orjson.loads(row["arrival"])) if row["arrival"] else None,
        ready_at=row["ready_at"],
        collect_by=row["collect_by"],
        ended_at=row["ended_at"],
        handed_over_by=row["handed_over_by"],
        override_reason=row["override_reason"],
        sequence=row["sequence"],
    )


def _publish(unit: UnitOfWork, change: Changed) -> int:
    """The pickup's sequence after its events."""
    sequence = change.pickup.sequence
    for event, cause in change.events:
        sequence += 1
        unit.publish(event, sequence=sequence, cause=cause)
    return sequence


def _origin(pickup: Pickup) -> tuple[Any, ...]:
    """What never changes, in the order of _INSERT."""
    return (
        pickup.order_id,
        pickup.store_code,
        pickup.owner,
        pickup.number,
        pickup.payment_method,
        pickup.slot.starts_at if pickup.slot else None,
        pickup.slot.ends_at if pickup.slot else None,
    )


def _life(pickup: Pickup, sequence: int) -> tuple[Any, ...]:
    """What changes, in the order of both statements."""
    return (
        pickup.status,
        pickup.status_reason,
        orjson.dumps(pickup.lines).decode(),
        pickup.nonce,
        pickup.attempts,
        pickup.staging_location,
        orjson.dumps(pickup.arrival).decode() if pickup.arrival else None,
        pickup.ready_at,
        pickup.collect_by,
        pickup.ended_at,
        pickup.handed_over_by,
        pickup.override_reason,
        sequence,
    )


def _line(stored: dict[str, Any]) -> Line:
    substitute = stored.pop("substitute")
    return Line(**stored, substitute=Substitute(**substitute) if substitute else None)


def _arrival(stored: dict[str, Any]) -> Arrival:
    return Arrival(ArrivalMethod(stored["method"]), datetime.fromisoformat(stored["at"]), stored["bay"], stored["note"])
