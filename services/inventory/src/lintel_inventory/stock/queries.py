"""Reads: what is in the stores, what may be promised, and why a number is what it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, select, tuple_

from lintel_chassis.db.statements import among, compiled, composed
from lintel_chassis.http.pagination import Page, Paging
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.demand import demand
from lintel_inventory.ledger.domain.position import StockKey
from lintel_inventory.ledger.tables import stock_positions
from lintel_inventory.movements.schemas import MovementView
from lintel_inventory.stock.schemas import (
    AvailableLine,
    EarlierMovements,
    ExplanationView,
    StockStatus,
    StockView,
    StoreAvailability,
    WantedLine,
)

_MOST_SHOWN = 20
"""Shoppers are told no more than this: how much a store has is its own business."""
_LOW = 5
_LISTED = 200

_C = stock_positions.c
_FREE = _C.on_hand - _C.unsellable - _C.reserved - _C.safety_stock
_SHOWN = (
    _C.store_code,
    _C.sku,
    _C.on_hand,
    _C.unsellable,
    _C.reserved,
    _C.safety_stock,
    _FREE.label("available"),
    func.clock_timestamp().label("as_of"),
)
_AVAILABLE = compiled(
    select(_C.store_code, _C.sku, _FREE.label("available")).where(
        _C.store_code == any_(bindparam("stores", type_=ARRAY(Text))),
        _C.sku == any_(bindparam("skus", type_=ARRAY(Text))),
    )
)
_STOCK = compiled(
    select(*_SHOWN, _C.sequence).where(_C.store_code == bindparam("store_code"), _C.sku == bindparam("sku"))
)
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
    demanded = demand(lines)
    stores = list(dict.fromkeys(store_codes))
    rows = await unit.fetch(*_AVAILABLE(stores=stores, skus=list(demanded)))
    free = {(row["store_code"], row["sku"]): row["available"] for row in rows}
    return [
        StoreAvailability(
            store_code=store,
            as_of=at,
            lines=[_available_line(sku, quantity, free.get((store, sku), 0)) for sku, quantity in demanded.items()],
            all_in_stock=all(free.get((store, sku), 0) >= quantity for sku, quantity in demanded.items()),
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


async def stock_at(unit: UnitOfWork, key: StockKey) -> tuple[StockView, int] | None:
    """A position and its version; None when there has never been one."""
    row = await unit.fetchrow(*_STOCK(store_code=key[0], sku=key[1]))
    return (StockView.model_validate(dict(row)), row["sequence"]) if row else None


@dataclass(frozen=True, slots=True)
class StockFilter:
    """None filters nothing; `stores` are those the caller may see, None for all."""

    store_code: str | None
    sku: str | None
    below: int | None
    stores: Collection[str] | None


async def list_stock(unit: UnitOfWork, stock_filter: StockFilter, paging: Paging) -> Page[StockView]:
    """Positions in the order (store_code, sku)."""
    conditions: list[ColumnElement[bool]] = []
    if stock_filter.stores is not None:
        conditions.append(among(_C.store_code, sorted(stock_filter.stores)))
    if stock_filter.store_code is not None:
        conditions.append(_C.store_code == stock_filter.store_code)
    if stock_filter.sku is not None:
        conditions.append(_C.sku == stock_filter.sku)
    if stock_filter.below is not None:
        conditions.append(stock_filter.below > _FREE)
    if (start := paging.start(str, str)) is not None:
        conditions.append(tuple_(_C.store_code, _C.sku) > start)
    listed = select(*_SHOWN).where(*conditions).order_by(_C.store_code, _C.sku).limit(paging.limit + 1)
    rows = await unit.fetch(*composed(listed))
    return paging.page(
        rows, lambda row: [row["store_code"], row["sku"]], lambda row: StockView.model_validate(dict(row))
    )


async def explain(unit: UnitOfWork, key: StockKey, at: datetime | None) -> ExplanationView | None:
    """What adds up to a position, now or as the books stood then; None when there has never been one."""
    row = await unit.fetchrow(_EXPLAIN, *key, at, _LISTED)
    if row is None or row["position"] is None:
        return None
    now = orjson.loads(row["position"]) if at is None else row
    movements = [MovementView.model_validate(row) for row in orjson.loads(row["movements"] or "[]")]
    reservations = orjson.loads(row["reservations"] or "[]")
    return ExplanationView(
        store_code=key[0],
        sku=key[1],
        at=at or row["at"],
        on_hand=now["on_hand"],
        unsellable=now["unsellable"],
        reserved=now["reserved"],
        movements=movements,
        earlier=_earlier(row, movements),
        reservations=reservations,
        other_reservations=row["reserved"] - sum(reservation["quantity"] for reservation in reservations),
    )


def _earlier(row: Any, shown: Sequence[MovementView]) -> EarlierMovements:
    return EarlierMovements(
        count=row["count"] - len(shown),
        on_hand=row["on_hand"] - sum(movement.on_hand_delta for movement in shown),
        unsellable=row["unsellable"] - sum(movement.unsellable_delta for movement in shown),
    )
