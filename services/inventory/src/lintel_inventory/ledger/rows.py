"""Aggregates of the ledger to rows, a statement a table: rows that the unit has locked, or is first to make."""

from datetime import datetime
from typing import Any

from lintel_chassis.db.statements import inserting, updating, upserting
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.movement import Movement
from lintel_inventory.ledger.domain.position import Position
from lintel_inventory.ledger.domain.reservation import Reservation
from lintel_inventory.ledger.tables import movements, picks, reservation_lines, reservations, stock_positions

_SAVE_POSITION = updating(stock_positions)
_ADD_MOVEMENT = inserting(movements)
_SAVE_RESERVATION = upserting(reservations, changing=("status", "sequence", "ended_at"))
# A line keeps the moment at which it was first promised.
_SAVE_LINE = upserting(reservation_lines, changing=("quantity", "ended_at"))
_SAVE_PICK = upserting(
    picks, changing=("quantity", "told_at"), where=lambda known, new: known.c.quantity != new.quantity
)


def save_position(unit: UnitOfWork, position: Position, at: datetime) -> None:
    unit.write_row(
        _SAVE_POSITION,
        {
            "store_code": position.store_code,
            "sku": position.sku,
            "on_hand": position.on_hand,
            "unsellable": position.unsellable,
            "reserved": position.reserved,
            "safety_stock": position.safety_stock,
            "sequence": position.sequence,
            "counted_at": position.counted_at,
            "updated_at": at,
        },
    )


def add_movement(unit: UnitOfWork, movement: Movement) -> None:
    row: dict[str, Any] = {name: getattr(movement, name) for name in _MOVEMENT_COLUMNS}
    unit.write_row(_ADD_MOVEMENT, row)


_MOVEMENT_COLUMNS = tuple(movements.c.keys())
"""A movement's fields are its columns."""


def save_reservation(unit: UnitOfWork, reservation: Reservation, at: datetime) -> None:
    """With its lines and what picking said of them."""
    key = {"store_code": reservation.store_code, "order_id": reservation.order_id}
    unit.write_row(
        _SAVE_RESERVATION,
        key
        | {
            "status": reservation.status,
            "sequence": reservation.sequence,
            "opened_at": reservation.opened_at,
            "ended_at": reservation.ended_at,
        },
    )
    for sku, quantity in reservation.lines.items():
        line = {"sku": sku, "quantity": quantity, "reserved_at": at, "ended_at": reservation.ended_at}
        unit.write_row(_SAVE_LINE, key | line)
    for (line_id, kind, sku), quantity in reservation.picks.items():
        pick = {"line_id": line_id, "kind": kind, "sku": sku, "quantity": quantity, "told_at": at}
        unit.write_row(_SAVE_PICK, key | pick)
