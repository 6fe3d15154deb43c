"""Reads: what is in the stores, what may be promised, and why a number is what it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from lintel_chassis.db.queries import Query
from lintel_chassis.http.pagination import Paging
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.facts import demand
from lintel_inventory.domain.position import Place
from lintel_inventory.views import (
    AvailableLine,
    EarlierMovements,
    ExplanationView,
    MovementView,
    StockStatus,
    StockView,
    StoreAvailability,
    WantedLine,
)

_MOST_SHOWN = 20
"""Shoppers are told no more than this: how much a store has is its own business."""
_LOW = 5
_LISTED = 200

_AVAILABLE = """
SELECT store_code, sku, on_hand - unsellable - reserved - safety_stock AS available
FROM stock_positions WHERE store_code = ANY($1::text[]) AND sku = ANY($2::text[])
"""
_STOCK = """
SELECT store_code, sku, on_hand, unsellable, reserved, safety_stock,
       on_hand - unsellable - reserved - safety_stock AS available, sequence, clock_timestamp() AS as_of
FROM stock_positions WHERE store_code = $1 AND sku = $2
"""
_LIST = """
SELECT store_code, sku, on_hand, unsellable, reserved, safety_stock,
       on_hand - unsellable - reserved - safety_stock AS available, clock_timestamp() AS as_of
FROM stock_positions
"""
# One statement, so one snapshot: sums, lists and position agree. A line that picking changed after the moment asked
# for counts as it was before.
_EXPLAIN = """
WITH moment AS (SELECT coalesce($3::timestamptz, 'infinity') AS at),
ledger AS (
    SELECT m.* FROM movements m, moment
    WHERE m.store_code = $1 AND m.sku = $2 AND m.recorded_at <= moment.at),
lines AS (
    SELECT l.* FROM reservation_lines l, moment
    WHERE l.store_code = $1 AND l.sku = $2 AND l.ended_at IS NULL AND l.reserved_at <= moment.at
    UNION ALL
    SELECT l.* FROM reservation_lines l, moment
    WHERE l.store_code = $1 AND l.sku = $2 AND l.ended_at > moment.at AND l.reserved_at <= moment.at),
promises AS (
    SELECT l.order_id, l.reserved_at, l.quantity + coalesce(
        (SELECT sum(CASE p.kind WHEN 'short' THEN p.quantity ELSE -p.quantity END)
         FROM picks p, moment
         WHERE p.store_code = $1 AND p.order_id = l.order_id AND p.sku = $2 AND p.told_at > moment.at), 0)::bigint
        AS quantity
    FROM lines l)
SELECT (SELECT count(*) FROM ledger) AS count,
       (SELECT coalesce(sum(on_hand_delta), 0)::bigint FROM ledger) AS on_hand,
       (SELECT coalesce(sum(unsellable_delta), 0)::bigint FROM ledger) AS unsellable,
       (SELECT coalesce(sum(quantity), 0)::bigint FROM promises) AS reserved,
       (SELECT json_agg(l) FROM (SELECT * FROM ledger ORDER BY recorded_at DESC, id DESC LIMIT $4) AS l) AS movements,
       (SELECT json_agg(p) FROM (SELECT * FROM promises WHERE quantity > 0
                                 ORDER BY reserved_at DESC, order_id DESC LIMIT $4) AS p) AS reservations,
       (SELECT row_to_json(s) FROM stock_positions s WHERE s.store_code = $1 AND s.sku = $2) AS position,
       clock_timestamp() AS at
"""


async def availability(
    unit: UnitOfWork, lines: Sequence[WantedLine], store_codes: Sequence[str], at: datetime
) -> list[StoreAvailability]:
    """What each store could promise at this moment. No position means none."""
    wanted = demand(lines)
    stores = list(dict.fromkeys(store_codes))
    rows = await unit.fetch(_AVAILABLE, stores, list(wanted))
    free = {(row["store_code"], row["sku"]): row["available"] for row in rows}
    return [
        StoreAvailability(
            store_code=store,
            as_of=at,
            lines=[_available_line(sku, quantity, free.get((store, sku), 0)) for sku, quantity in wanted.items()],
            all_in_stock=all(free.get((store, sku), 0) >= quantity for sku, quantity in wanted.items()),
        )
        for store in stores
    ]


def _available_line(sku: str, quantity: int, available: int) -> AvailableLine:
    if available <= 0:
        status = StockStatus.OUT
    elif available <= _LOW or available < quantity:
        status = StockStatus.LOW
    else:
        status = StockStatus.IN_STOCK
    return AvailableLine(sku=sku, status=status, available=min(max(available, 0), _MOST_SHOWN))


async def stock_at(unit: UnitOfWork, place: Place) -> tuple[StockView, int] | None:
    """A position and its version; None when nothing has ever been told of it."""
    row = await unit.fetchrow(_STOCK, *place)
    return (StockView.model_validate(dict(row)), row["sequence"]) if row else None


@dataclass(frozen=True, slots=True)
class StockFilter:
    """None filters nothing; `stores` are those the caller may see, None for all."""

    store_code: str | None
    sku: str | None
    below: int | None
    stores: Collection[str] | None


async def list_stock(unit: UnitOfWork, wanted: StockFilter, paging: Paging) -> list[asyncpg.Record]:
    """Positions in the order (store_code, sku), one more than the page shows."""
    query = Query(_LIST)
    if wanted.stores is not None:
        query.where("store_code = ANY({}::text[])", sorted(wanted.stores))
    if wanted.store_code is not None:
        query.where("store_code = {}", wanted.store_code)
    if wanted.sku is not None:
        query.where("sku = {}", wanted.sku)
    if wanted.below is not None:
        query.where("on_hand - unsellable - reserved - safety_stock < {}", wanted.below)
    if paging.after is not None:
        query.where("(store_code, sku) > ({}, {})", *paging.last(2))
    query.add("ORDER BY store_code, sku LIMIT {}", paging.limit + 1)
    return await unit.fetch(*query.statement())


async def explain(unit: UnitOfWork, place: Place, at: datetime | None) -> ExplanationView | None:
    """What adds up to a position, now or as the books stood then; None when there has never been one."""
    row = await unit.fetchrow(_EXPLAIN, *place, at, _LISTED)
    if row is None or row["position"] is None:
        return None
    now = orjson.loads(row["position"]) if at is None else row
    movements = [MovementView.model_validate(one) for one in orjson.loads(row["movements"] or "[]")]
    reservations = orjson.loads(row["reservations"] or "[]")
    return ExplanationView(
        store_code=place[0],
        sku=place[1],
        at=at or row["at"],
        on_hand=now["on_hand"],
        unsellable=now["unsellable"],
        reserved=now["reserved"],
        movements=movements,
        earlier=_earlier(row, movements),
        reservations=reservations,
        other_reservations=row["reserved"] - sum(one["quantity"] for one in reservations),
    )


def _earlier(row: Any, shown: Sequence[MovementView]) -> EarlierMovements:
    return EarlierMovements(
        count=row["count"] - len(shown),
        on_hand=row["on_hand"] - sum(one.on_hand_delta for one in shown),
        unsellable=row["unsellable"] - sum(one.unsellable_delta for one in shown),
    )
