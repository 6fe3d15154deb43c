"""Rows to orders and back. An order is locked, changed, and saved together with what it announces."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from lintel_contracts.errors import NotFound
from lintel_contracts.orders_orders import EndReason, OrderPlaced, PaymentMethod
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.values import Money, Window
from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.domain.order import Order, PaymentStatus, Status

ORDER_COLUMNS = """id, owner, store_code, status, status_reason, currency, total, paid, payment_method, payment_status,
    stock_reserved, slot_id, slot_starts_at, slot_ends_at, placed_at, confirmed_at, ready_at, collect_by, ended_at,
    progress, sequence"""
"""What `order_of` reads."""

# Locks in id order, so that two batches never wait for each other in a circle.
_LOCK = f"SELECT {ORDER_COLUMNS} FROM orders WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"  # noqa: S608 - constants
# The rows are locked already.
_UPDATE = """
UPDATE orders o SET status = c.status, status_reason = c.status_reason, paid = c.paid,
    payment_status = c.payment_status, stock_reserved = c.stock_reserved, slot_id = c.slot_id,
    slot_starts_at = c.slot_starts_at, slot_ends_at = c.slot_ends_at, confirmed_at = c.confirmed_at,
    ready_at = c.ready_at, collect_by = c.collect_by, ended_at = c.ended_at,
    progress = c.progress, sequence = c.sequence
FROM unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::bool[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
            $14::jsonb[], $15::bigint[])
  AS c (id, status, status_reason, paid, payment_status, stock_reserved, slot_id, slot_starts_at, slot_ends_at,
        confirmed_at, ready_at, collect_by, ended_at, progress, sequence)
WHERE o.id = c.id
"""
# A new row: nobody else can hold it.
_INSERT = """
INSERT INTO orders (id, number, owner, channel, store_code, external_source, external_id, content, currency, total,
                    paid, payment_method, payment_status, status, stock_reserved, slot_id, placed_at, sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, false, $15, $16, $17)
"""
_INSERT_CONTACT = """
INSERT INTO contacts (order_id, name, email, phone, locale, pickup_person) VALUES ($1, $2, $3, $4, $5, $6)
"""
# A second sale of the same id fails on the key; the request is then run again and finds it.
_INSERT_SALE = """
INSERT INTO sales (id, store_code, register, business_day, seq, owner, content, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@dataclass(slots=True)
class Changed:
    """An order that a unit changed, what it announces, and the cause of each announcement."""

    order: Order
    events: list[tuple[Event, Context | None]] = field(default_factory=list)


async def lock_all(unit: UnitOfWork, order_ids: Iterable[str]) -> dict[str, Order]:
    """Those of the orders that exist, locked until the unit ends."""
    return {row["id"]: order_of(row) for row in await unit.lock(_LOCK, sorted(set(order_ids)))}


async def lock(unit: UnitOfWork, order_id: str) -> Order:
    """Raise NotFound."""
    found = await lock_all(unit, [order_id])
    if order_id not in found:
        raise NotFound("order_not_found", "There is no such order.")
    return found[order_id]


def save(unit: UnitOfWork, changes: Iterable[Changed]) -> None:
    """Write the orders, which must be locked by this unit, and publish what happened to each in its order."""
    rows = []
    for change in changes:
        order, sequence = change.order, change.order.sequence
        for event, cause in change.events:
            sequence += 1
            unit.publish(event, sequence=sequence, cause=cause)
        rows.append((order, sequence))
    if rows:
        unit.write(_UPDATE, *map(list, zip(*(_update_columns(*row) for row in rows), strict=True)))


def add(
    unit: UnitOfWork,
    order: Order,
    placed: OrderPlaced,
    *,
    content: bytes,
    external: tuple[str, str] | None,
) -> None:
    """Insert a new order and announce it."""
    insert(unit, order, placed, content=content, external=external)
    unit.publish(placed, sequence=1)


def insert(
    unit: UnitOfWork, order: Order, placed: OrderPlaced, *, content: bytes, external: tuple[str, str] | None = None
) -> None:
    """Insert an order that was announced already, as it was then."""
    source, external_id = external or (None, None)
    unit.write(
        _INSERT,
        order.id,
        placed.number,
        order.owner,
        placed.channel,
        order.store_code,
        source,
        external_id,
        content.decode(),
        order.total.currency,
        order.total.amount,
        order.paid.amount,
        order.payment_method,
        order.payment_status,
        order.status,
        order.slot_id,
        order.placed_at,
        1,
    )


def add_contact(unit: UnitOfWork, order_id: str, contact: tuple[str | None, ...]) -> None:
    """Name, e-mail, phone, locale and pickup person."""
    unit.write(_INSERT_CONTACT, order_id, *contact)


def add_sale(unit: UnitOfWork, sale: SaleRecorded, owner: str | None, content: str) -> None:
    """Insert a new sale, and whose it is if that is known; announce it."""
    insert_sale(unit, sale, owner, content)
    unit.publish(sale, sequence=1)


def insert_sale(unit: UnitOfWork, sale: SaleRecorded, owner: str | None, content: str) -> None:
    """Insert a sale that was announced already."""
    unit.write(
        _INSERT_SALE,
        sale.sale_id,
        sale.store_code,
        sale.register_id,
        sale.business_day,
        sale.seq,
        owner,
        content,
        sale.received_at,
    )


async def external_order(unit: UnitOfWork, source: str, external_id: str) -> bool:
    """Whether this marketplace order is here already."""
    found = "SELECT true FROM orders WHERE external_source = $1 AND external_id = $2"
    return bool(await unit.fetchval(found, source, external_id))


async def known_sales(unit: UnitOfWork, sale_ids: Iterable[str]) -> set[str]:
    return {row["id"] for row in await unit.fetch("SELECT id FROM sales WHERE id = ANY($1::text[])", list(sale_ids))}


async def sale_exists(unit: UnitOfWork, sale_id: str) -> bool:
    return bool(await unit.fetchval("SELECT true FROM sales WHERE id = $1", sale_id))


def order_of(row: asyncpg.Record) -> Order:
    slot = Window(starts_at=row["slot_starts_at"], ends_at=row["slot_ends_at"]) if row["slot_starts_at"] else None
    return Order(
        id=row["id"],
        owner=row["owner"],
        store_code=row["store_code"],
        status=Status(row["status"]),
        total=_money(row["total"], row["currency"]),
        paid=_money(row["paid"], row["currency"]),
        payment_method=PaymentMethod(row["payment_method"]),
        payment_status=PaymentStatus(row["payment_status"]),
        placed_at=row["placed_at"],
        status_reason=EndReason(row["status_reason"]) if row["status_reason"] else None,
        stock_reserved=row["stock_reserved"],
        slot_id=row["slot_id"],
        slot=slot,
        confirmed_at=row["confirmed_at"],
        ready_at=row["ready_at"],
        collect_by=row["collect_by"],
        ended_at=row["ended_at"],
        progress=orjson.loads(row["progress"]) if row["progress"] else {},
        sequence=row["sequence"],
    )


def _update_columns(order: Order, sequence: int) -> tuple[Any, ...]:
    return (
        order.id,
        order.status,
        order.status_reason,
        order.paid.amount,
        order.payment_status,
        order.stock_reserved,
        order.slot_id,
        order.slot.starts_at if order.slot else None,
        order.slot.ends_at if order.slot else None,
        order.confirmed_at,
        order.ready_at,
        order.collect_by,
        order.ended_at,
        orjson.dumps(order.progress).decode() if order.progress else None,
        sequence,
    )


def _money(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount, currency=currency)
