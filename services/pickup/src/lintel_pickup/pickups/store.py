"""Rows to pickups and back. A pickup is locked, changed, and saved together with what it publishes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import ARRAY, Text, any_, bindparam, exists, select

from lintel_chassis.db.statements import compiled, inserting, updating
from lintel_contracts.errors import NotFound
from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.pickup_pickups import ArrivalMethod, PickupEvent
from lintel_contracts.values import Window
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.pickups.domain.lines import Line, Substitute
from lintel_pickup.pickups.domain.pickup import Arrival, Pickup, Status
from lintel_pickup.pickups.tables import payments, pickups

_PAID = exists().where(payments.c.order_id == pickups.c.order_id, payments.c.store_code == pickups.c.store_code)
PICKUP = (*pickups.c, _PAID.label("paid"))
"""What `pickup_of` reads."""

# Locks in id order, so that two batches never wait for each other in a circle.
_LOCK = compiled(
    select(*PICKUP)
    .where(pickups.c.order_id == any_(bindparam("order_ids", type_=ARRAY(Text))))
    .order_by(pickups.c.order_id)
    .with_for_update()
)
# New rows; should another process insert one of them first, the batch fails on the key and is tried again.
_ADD = inserting(pickups)
# The rows are locked already.
_SAVE = updating(
    pickups, "status", "status_reason", "lines", "nonce", "attempts", "staging_location", "arrival", "ready_at",
    "collect_by", "ended_at", "handed_over_by", "override_reason", "sequence",
)  # fmt: skip
# An order is paid once, however often that is read.
_PAY = inserting(payments, ignore=True)
# Whose it was, where they stood, and what the store wrote of them; that somebody overrode the code is kept.
FORGET = """
UPDATE pickups SET owner = NULL, arrival = arrival || '{"bay": null, "note": null}',
    override_reason = CASE WHEN override_reason IS NOT NULL THEN 'forgotten' END
WHERE owner = ANY($1::text[])
"""
"""Anonymises the pickups of these customers."""


async def lock_all(unit: UnitOfWork, order_ids: Iterable[str]) -> dict[str, Pickup]:
    """Those of the orders that have one, locked until the unit ends."""
    rows = await unit.lock(*_LOCK(order_ids=sorted(set(order_ids))))
    return {row["order_id"]: pickup_of(row) for row in rows}


async def lock(unit: UnitOfWork, order_id: str) -> Pickup:
    """Raise NotFound."""
    found = await lock_all(unit, [order_id])
    if order_id not in found:
        raise NotFound("pickup_not_found", "There is no such pickup.")
    return found[order_id]


def save(unit: UnitOfWork, pickup: Pickup, events: Iterable[PickupEvent], cause: Context | None = None) -> Pickup:
    """Write a pickup that this unit has locked and publish what happened to it, under its next sequences."""
    saved = replace(pickup, sequence=unit.publish_all(events, after=pickup.sequence, cause=cause))
    unit.write_row(_SAVE, _row(saved))
    return saved


def add(unit: UnitOfWork, pickup: Pickup, events: Iterable[PickupEvent], cause: Context | None = None) -> Pickup:
    """The same for one that this unit makes, however often it changes before it is written."""
    added = replace(pickup, sequence=unit.publish_all(events, after=pickup.sequence, cause=cause))
    unit.write_row(_ADD, _row(added))
    return added


def add_payment(unit: UnitOfWork, order_id: str, store_code: str) -> None:
    unit.write_row(_PAY, {"order_id": order_id, "store_code": store_code})


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


def _row(pickup: Pickup) -> dict[str, Any]:
    return {
        "order_id": pickup.order_id,
        "store_code": pickup.store_code,
        "status": pickup.status,
        "status_reason": pickup.status_reason,
        "owner": pickup.owner,
        "number": pickup.number,
        "payment_method": pickup.payment_method,
        "slot_starts_at": pickup.slot.starts_at if pickup.slot else None,
        "slot_ends_at": pickup.slot.ends_at if pickup.slot else None,
        "lines": orjson.dumps(pickup.lines).decode(),
        "nonce": pickup.nonce,
        "attempts": pickup.attempts,
        "staging_location": pickup.staging_location,
        "arrival": orjson.dumps(pickup.arrival).decode() if pickup.arrival else None,
        "ready_at": pickup.ready_at,
        "collect_by": pickup.collect_by,
        "ended_at": pickup.ended_at,
        "handed_over_by": pickup.handed_over_by,
        "override_reason": pickup.override_reason,
        "sequence": pickup.sequence,
    }


def _line(stored: dict[str, Any]) -> Line:
    substitute = stored.pop("substitute")
    return Line(**stored, substitute=Substitute(**substitute) if substitute else None)


def _arrival(stored: dict[str, Any]) -> Arrival:
    return Arrival(ArrivalMethod(stored["method"]), datetime.fromisoformat(stored["at"]), stored["bay"], stored["note"])
