"""Rows to orders and back. An order is locked, changed, and saved together with what it publishes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
from sqlalchemy import bindparam, select

from lintel_chassis.db.statements import columns_of, compiled, inserting, updating
from lintel_contracts.errors import NotFound
from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.values import Money, Window
from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.orders.domain import Order, Participant, PaymentStatus, Placement, Status
from lintel_orders.orders.tables import orders

# Locks in id order, so that two batches never wait for each other in a circle.
_LOCK = f"SELECT {columns_of(orders)} FROM orders WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"  # noqa: S608 - constants
_ADD = inserting(orders)
# The rows are locked already.
_SAVE = updating(
    orders, "status", "status_reason", "paid", "payment_status", "stock_reserved", "slot_id", "slot_starts_at",
    "slot_ends_at", "confirmed_at", "ready_at", "collect_by", "ended_at", "progress", "sequence",
)  # fmt: skip
_EXTERNAL = compiled(
    select(orders.c.id).where(
        orders.c.external_source == bindparam("source"), orders.c.external_id == bindparam("external_id")
    )
)


async def lock_all(unit: UnitOfWork, order_ids: Iterable[str]) -> dict[str, Order]:
    """Those of the orders that exist, locked until the unit ends."""
    return {row["id"]: order_of(row) for row in await unit.lock(_LOCK, sorted(set(order_ids)))}


async def lock(unit: UnitOfWork, order_id: str) -> Order:
    """Raise NotFound."""
    found = await lock_all(unit, [order_id])
    if order_id not in found:
        raise NotFound("order_not_found", "There is no such order.")
    return found[order_id]


def save(unit: UnitOfWork, order: Order, events: Iterable[Event], cause: Context | None = None) -> Order:
    """Write an order that this unit has locked and publish what happened to it, under its next sequences."""
    saved = replace(order, sequence=unit.publish_all(events, after=order.sequence, cause=cause))
    unit.write_row(_SAVE, _row(saved))
    return saved


def add(unit: UnitOfWork, order: Order, placement: Placement, events: Iterable[Event]) -> Order:
    """Insert a new order and publish what happened to it; one that was published before is added without events."""
    added = replace(order, sequence=unit.publish_all(events, after=order.sequence))
    external = placement.external
    fixed = {
        "number": placement.number,
        "channel": placement.channel,
        "content": placement.content.decode(),
        "external_source": external.source if external else None,
        "external_id": external.id if external else None,
    }
    unit.write_row(_ADD, _row(added) | fixed)
    return added


async def external_order(unit: UnitOfWork, source: str, external_id: str) -> bool:
    """Whether this marketplace order is here already."""
    return await unit.fetchval(*_EXTERNAL(source=source, external_id=external_id)) is not None


def order_of(row: asyncpg.Record) -> Order:
    slot = Window(starts_at=row["slot_starts_at"], ends_at=row["slot_ends_at"]) if row["slot_starts_at"] else None
    said_yes = {Participant.STOCK: row["stock_reserved"], Participant.SLOT: slot is not None}
    return Order(
        id=row["id"],
        owner=row["owner"],
        store_code=row["store_code"],
        status=Status(row["status"]),
        total=Money(amount=row["total"], currency=row["currency"]),
        paid=Money(amount=row["paid"], currency=row["currency"]),
        payment_method=PaymentMethod(row["payment_method"]),
        payment_status=PaymentStatus(row["payment_status"]),
        placed_at=row["placed_at"],
        status_reason=EndReason(row["status_reason"]) if row["status_reason"] else None,
        answers=frozenset(participant for participant, yes in said_yes.items() if yes),
        slot_id=row["slot_id"],
        slot=slot,
        confirmed_at=row["confirmed_at"],
        ready_at=row["ready_at"],
        collect_by=row["collect_by"],
        ended_at=row["ended_at"],
        progress=orjson.loads(row["progress"]) if row["progress"] else {},
        sequence=row["sequence"],
    )


def placement_of(row: asyncpg.Record) -> Placement:
    """Without where it came from, which nobody is shown."""
    return Placement(row["number"], row["channel"], row["content"].encode())


def _row(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "owner": order.owner,
        "store_code": order.store_code,
        "status": order.status,
        "status_reason": order.status_reason,
        "currency": order.total.currency,
        "total": order.total.amount,
        "paid": order.paid.amount,
        "payment_method": order.payment_method,
        "payment_status": order.payment_status,
        "stock_reserved": Participant.STOCK in order.answers,
        "slot_id": order.slot_id,
        "slot_starts_at": order.slot.starts_at if order.slot else None,
        "slot_ends_at": order.slot.ends_at if order.slot else None,
        "placed_at": order.placed_at,
        "confirmed_at": order.confirmed_at,
        "ready_at": order.ready_at,
        "collect_by": order.collect_by,
        "ended_at": order.ended_at,
        "progress": orjson.dumps(order.progress).decode() if order.progress else None,
        "sequence": order.sequence,
    }
