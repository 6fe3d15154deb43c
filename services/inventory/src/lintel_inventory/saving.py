"""The statements that write the books, one for each table: rows that the unit has locked, or is first to make."""

from collections.abc import Sequence
from datetime import datetime

from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.movement import Movement
from lintel_inventory.domain.position import Position
from lintel_inventory.domain.reservation import Reservation

_SAVE_POSITIONS = """
UPDATE stock_positions p
SET on_hand = n.on_hand, unsellable = n.unsellable, reserved = n.reserved, safety_stock = n.safety_stock,
    sequence = n.sequence, counted_at = n.counted_at, updated_at = $9::timestamptz
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::timestamptz[])
     AS n (store_code, sku, on_hand, unsellable, reserved, safety_stock, sequence, counted_at)
WHERE p.store_code = n.store_code AND p.sku = n.sku
"""
_SAVE_MOVEMENTS = """
INSERT INTO movements (store_code, id, sku, kind, quantity, on_hand_delta, unsellable_delta, reason, document,
                       occurred_at, recorded_at, absorbed, fingerprint)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::boolean[], $13::text[])
"""
_SAVE_RESERVATIONS = """
INSERT INTO reservations AS r (store_code, order_id, status, sequence, opened_at, ended_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
ON CONFLICT (store_code, order_id) DO UPDATE
SET status = excluded.status, sequence = excluded.sequence, ended_at = excluded.ended_at
"""
_SAVE_LINES = """
INSERT INTO reservation_lines AS l (store_code, order_id, sku, quantity, reserved_at, ended_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
ON CONFLICT (store_code, order_id, sku) DO UPDATE
SET quantity = excluded.quantity, ended_at = excluded.ended_at
"""
_SAVE_PICKS = """
INSERT INTO picks AS p (store_code, order_id, line_id, kind, sku, quantity, told_at)
SELECT n.*, $7::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS n
ON CONFLICT (store_code, order_id, line_id, kind, sku) DO UPDATE
SET quantity = excluded.quantity, told_at = excluded.told_at
WHERE p.quantity <> excluded.quantity
"""


def save_positions(unit: UnitOfWork, positions: Sequence[Position], at: datetime) -> None:
    if positions:
        unit.write(
            _SAVE_POSITIONS,
            [one.store_code for one in positions],
            [one.sku for one in positions],
            [one.on_hand for one in positions],
            [one.unsellable for one in positions],
            [one.reserved for one in positions],
            [one.safety_stock for one in positions],
            [one.sequence for one in positions],
            [one.counted_at for one in positions],
            at,
        )


def save_movements(unit: UnitOfWork, movements: Sequence[Movement]) -> None:
    if movements:
        unit.write(
            _SAVE_MOVEMENTS,
            [one.store_code for one in movements],
            [one.id for one in movements],
            [one.sku for one in movements],
            [one.kind for one in movements],
            [one.quantity for one in movements],
            [one.on_hand_delta for one in movements],
            [one.unsellable_delta for one in movements],
            [one.reason for one in movements],
            [one.document for one in movements],
            [one.occurred_at for one in movements],
            [one.recorded_at for one in movements],
            [one.absorbed for one in movements],
            [one.fingerprint for one in movements],
        )


def save_reservations(unit: UnitOfWork, reservations: Sequence[Reservation], at: datetime) -> None:
    """Upserts: the unit is first to insert a row, or holds its lock."""
    if reservations:
        unit.write(
            _SAVE_RESERVATIONS,
            [one.store_code for one in reservations],
            [one.order_id for one in reservations],
            [one.status for one in reservations],
            [one.sequence for one in reservations],
            [one.opened_at for one in reservations],
            [one.ended_at for one in reservations],
        )
    _save_lines(unit, reservations, at)
    _save_picks(unit, reservations, at)


def _save_lines(unit: UnitOfWork, reservations: Sequence[Reservation], at: datetime) -> None:
    """A line keeps the moment at which it was first promised."""
    rows = [
        (one.store_code, one.order_id, sku, quantity, at, one.ended_at)
        for one in reservations
        for sku, quantity in one.lines.items()
    ]
    if rows:
        unit.write(_SAVE_LINES, *map(list, zip(*rows, strict=True)))


def _save_picks(unit: UnitOfWork, reservations: Sequence[Reservation], at: datetime) -> None:
    rows = [
        (one.store_code, one.order_id, line_id, kind, sku, quantity)
        for one in reservations
        for (line_id, kind, sku), quantity in one.picks.items()
    ]
    if rows:
        unit.write(_SAVE_PICKS, *map(list, zip(*rows, strict=True)), at)
