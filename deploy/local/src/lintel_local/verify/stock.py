"""What the databases say of all there ever was, read with plain SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

StockKey = tuple[str, str]
"""(store_code, sku)."""

_MOVEMENTS = """
SELECT store_code, sku, kind, quantity, on_hand_delta - unsellable_delta AS delta, absorbed, recorded_at FROM movements
"""
# What a picker put in as a substitute was in the hand already: a fact, no promise.
_PROMISES = """
SELECT l.store_code, l.sku, l.quantity - coalesce(s.quantity, 0) AS promised, l.reserved_at, l.ended_at
FROM reservation_lines l
LEFT JOIN (
    SELECT store_code, order_id, sku, sum(quantity)::bigint AS quantity
    FROM picks WHERE kind = 'substitute' GROUP BY store_code, order_id, sku
) s USING (store_code, order_id, sku)
"""
_POSITIONS = "SELECT store_code, sku, on_hand - unsellable - reserved AS free FROM stock_positions"
# Which slots pickups hold, whatever the service itself counts.
_SLOTS = """
SELECT p.store_code, p.slot_starts_at, count(*) AS booked, o.slot_capacity AS capacity
FROM pickups p JOIN policies o USING (store_code)
WHERE p.slot_starts_at IS NOT NULL AND p.status NOT IN ('cancelled', 'expired')
GROUP BY p.store_code, p.slot_starts_at, o.slot_capacity
"""
_ORDERS = "SELECT id, status, confirmed_at IS NOT NULL AS was_confirmed FROM orders"


@dataclass(frozen=True, slots=True)
class Movement:
    key: StockKey
    kind: str
    quantity: int
    delta: int
    """Of what can be sold; none of what a later count had seen the result of."""
    absorbed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    key: StockKey
    promised: int
    """Without substitutes; once ended, what last was."""
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class StockBooks:
    movements: list[Movement]
    promises: list[Promise]
    free: dict[StockKey, int]
    """What each position has left to promise; below zero where facts from the store took it there."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    status: str
    was_confirmed: bool


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    booked: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Books:
    stock: StockBooks
    orders: dict[str, OrderRow] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)


async def read_books(connections: Mapping[str, asyncpg.Connection]) -> Books:
    """From the snapshots of inventory's, orders' and pickup's databases."""
    orders = await connections["orders"].fetch(_ORDERS)
    slots = await connections["pickup"].fetch(_SLOTS)
    return Books(
        stock=await _read_stock(connections["inventory"]),
        orders={row["id"]: OrderRow(row["status"], row["was_confirmed"]) for row in orders},
        slots=[Slot(f"{r['store_code']} {r['slot_starts_at']:%a %H:%M}", r["booked"], r["capacity"]) for r in slots],
    )


async def _read_stock(connection: asyncpg.Connection) -> StockBooks:
    movements = await connection.fetch(_MOVEMENTS)
    promises = await connection.fetch(_PROMISES)
    return StockBooks(
        movements=[
            Movement(_key(m), m["kind"], m["quantity"], m["delta"], m["absorbed"], m["recorded_at"]) for m in movements
        ],
        promises=[Promise(_key(p), p["promised"], p["reserved_at"], p["ended_at"]) for p in promises],
        free={_key(p): p["free"] for p in await connection.fetch(_POSITIONS)},
    )


def _key(row: asyncpg.Record) -> StockKey:
    return row["store_code"], row["sku"]
