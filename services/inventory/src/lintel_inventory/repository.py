"""Rows to books and back: one lock in key order at the beginning of a batch, one statement at its end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lintel_contracts.inventory_incidents import StockDiscrepancyFound
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.books import Books, Incident, books_of
from lintel_inventory.domain.facts import Needs
from lintel_inventory.domain.movement import Movement, MovementKind
from lintel_inventory.domain.position import Place, Position
from lintel_inventory.domain.reservation import OrderPlace, PickKind, Reservation, ReservationStatus
from lintel_inventory.saving import save_movements, save_positions, save_reservations

# Reservations are locked before positions, each in key order, so that two batches never wait for each other.
_LOCK_RESERVATIONS = """
SELECT r.store_code, r.order_id, r.status, r.opened_at, r.sequence, r.ended_at
FROM reservations r JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, order_id) USING (store_code, order_id)
ORDER BY r.store_code, r.order_id FOR UPDATE OF r
"""
# Under the locks of their reservations: read by statements of their own, which see what the lock waited for.
_LINES = """
SELECT l.store_code, l.order_id, l.sku, l.quantity
FROM reservation_lines l
JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, order_id) USING (store_code, order_id)
ORDER BY l.store_code, l.order_id, l.sku
"""
_PICKS = """
SELECT p.store_code, p.order_id, p.line_id, p.kind, p.sku, p.quantity
FROM picks p JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, order_id) USING (store_code, order_id)
"""
_LOCK_POSITIONS = """
SELECT p.store_code, p.sku, p.on_hand, p.unsellable, p.reserved, p.safety_stock, p.sequence, p.counted_at
FROM stock_positions p JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, sku) USING (store_code, sku)
ORDER BY p.store_code, p.sku FOR UPDATE OF p
"""
# In key order. Whoever makes the same position at the same moment waits here, and then finds it made.
_MAKE_POSITIONS = """
INSERT INTO stock_positions
    (store_code, sku, on_hand, unsellable, reserved, safety_stock, sequence, updated_at)
SELECT store_code, sku, 0, 0, 0, 0, 0, clock_timestamp()
FROM unnest($1::text[], $2::text[]) AS missing (store_code, sku)
ON CONFLICT DO NOTHING
"""
# Under the locks of their positions, which every writer of these movements takes first.
_MOVEMENTS = """
SELECT m.store_code, m.id, m.sku, m.kind, m.quantity, m.on_hand_delta, m.unsellable_delta, m.reason, m.document,
       m.occurred_at, m.recorded_at, m.absorbed, m.fingerprint
FROM movements m JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, id) USING (store_code, id)
"""
# Sees the batch's own reservations: what it wrote has been flushed by then.
_AT_RISK = """
SELECT place.store_code, place.sku,
       array_agg(risk.order_id ORDER BY risk.reserved_at DESC, risk.order_id DESC) AS orders
FROM unnest($1::text[], $2::text[]) AS place (store_code, sku)
CROSS JOIN LATERAL (
    SELECT l.order_id, l.reserved_at FROM reservation_lines l
    WHERE l.store_code = place.store_code AND l.sku = place.sku AND l.ended_at IS NULL AND l.quantity > 0
    ORDER BY l.reserved_at DESC, l.order_id DESC LIMIT 500
) AS risk
GROUP BY place.store_code, place.sku
"""


async def open_books(unit: UnitOfWork, needs: Needs) -> Books:
    """Lock and read all that a batch of facts may touch; `at` is the database's clock under the locks."""
    reservations = await _lock_reservations(unit, needs.orders)
    promised = {(one.store_code, sku) for one in reservations for sku in one.lines}
    positions = await _lock_positions(unit, needs.promised | promised, needs.moved)
    books = books_of(await unit.fetchval("SELECT clock_timestamp()"), positions, reservations)
    if needs.movements:
        rows = await unit.fetch(_MOVEMENTS, *_columns(sorted(needs.movements)))
        books.movements |= {(row["store_code"], row["id"]): _movement(dict(row)) for row in rows}
    return books


async def close_books(unit: UnitOfWork, books: Books, causes: Sequence[Context]) -> None:
    """Write what changed and publish what happened; `causes` are the contexts of the facts, by their number."""
    first = books.number_events()
    save_positions(unit, books.changed_positions(), books.at)
    save_movements(unit, books.booked)
    save_reservations(unit, [books.reservations[place] for place in sorted(books.changed_reservations)], books.at)
    for one in books.announcements:
        unit.publish(one.event, sequence=one.sequence, cause=causes[one.cause])
    for position in books.levels():
        cause = causes[books.last_change[position.place]]
        unit.publish(position.level(books.at), sequence=first[position.place], cause=cause)
        first[position.place] += 1
    if books.incidents:
        await unit.flush()
        await _publish_incidents(unit, books.incidents, books.at, first, causes)


async def _publish_incidents(
    unit: UnitOfWork,
    incidents: Sequence[Incident],
    at: datetime,
    sequences: dict[Place, int],
    causes: Sequence[Context],
) -> None:
    at_risk = await _orders_at_risk(unit, {incident.place for incident in incidents})
    for incident in incidents:
        found = StockDiscrepancyFound(
            store_code=incident.place[0],
            sku=incident.place[1],
            cause=incident.cause,
            document=incident.document,
            available=incident.available,
            orders_at_risk=at_risk.get(incident.place, ()),
            found_at=at,
        )
        unit.publish(found, sequence=sequences[incident.place], cause=causes[incident.number])
        sequences[incident.place] += 1


async def _orders_at_risk(unit: UnitOfWork, places: Collection[Place]) -> dict[Place, tuple[str, ...]]:
    rows = await unit.fetch(_AT_RISK, *_columns(sorted(places)))
    return {(row["store_code"], row["sku"]): tuple(row["orders"]) for row in rows}


async def _lock_reservations(unit: UnitOfWork, orders: Collection[OrderPlace]) -> list[Reservation]:
    if not orders:
        return []
    rows = await unit.lock(_LOCK_RESERVATIONS, *_columns(sorted(orders)))
    active = [(row["store_code"], row["order_id"]) for row in rows if row["status"] == ReservationStatus.ACTIVE]
    lines: dict[OrderPlace, dict[str, int]] = {place: {} for place in active}
    picks: dict[OrderPlace, dict[tuple[str, PickKind, str], int]] = {place: {} for place in active}
    if active:
        for line in await unit.fetch(_LINES, *_columns(active)):
            lines[line["store_code"], line["order_id"]][line["sku"]] = line["quantity"]
        for pick in await unit.fetch(_PICKS, *_columns(active)):
            key = pick["line_id"], PickKind(pick["kind"]), pick["sku"]
            picks[pick["store_code"], pick["order_id"]][key] = pick["quantity"]
    return [
        Reservation(
            row["store_code"],
            row["order_id"],
            ReservationStatus(row["status"]),
            row["opened_at"],
            row["sequence"],
            lines.get((row["store_code"], row["order_id"]), {}),
            picks.get((row["store_code"], row["order_id"]), {}),
            row["ended_at"],
        )
        for row in rows
    ]


async def _lock_positions(unit: UnitOfWork, places: set[Place], moved: set[Place]) -> list[Position]:
    """Lock them all; `moved` are made when they are missing."""
    if not (wanted := sorted(places | moved)):
        return []
    rows = await unit.lock(_LOCK_POSITIONS, *_columns(wanted))
    if missing := sorted(moved - {(row["store_code"], row["sku"]) for row in rows}):
        unit.write(_MAKE_POSITIONS, *_columns(missing))
        await unit.flush()
        rows += await unit.lock(_LOCK_POSITIONS, *_columns(missing))
    return [Position(**row) for row in rows]


def _movement(row: Mapping[str, Any]) -> Movement:
    return Movement(**{**row, "kind": MovementKind(row["kind"])})


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    pairs = list(pairs)
    return [first for first, _ in pairs], [second for _, second in pairs]
