"""Movements: the append-only ledger of everything that changed `on_hand` or `unsellable`."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from lintel_inventory.ledger.domain.position import Position

_DERIVED = UUID("5f0f7a52-6a0e-5d0b-9d3c-1f6c6f6e7631")
"""The namespace of ids that are made from the ids of sales and orders."""


class MovementKind(StrEnum):
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    COUNT = "count"
    DAMAGE = "damage"
    REPAIR = "repair"
    SALE = "sale"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Movement:
    """One ledger row. Within a store its id is unique for good."""

    store_code: str
    id: str
    sku: str
    kind: MovementKind
    quantity: int
    """As its sender stated it; the deltas say what it did."""
    on_hand_delta: int
    unsellable_delta: int
    reason: str
    document: str | None
    occurred_at: datetime
    recorded_at: datetime
    absorbed: bool = False
    """It happened before the position's last count, which had seen its result: `on_hand` was left alone."""
    fingerprint: str | None = None
    """Of what a store's program sent under this id; none for movements that came through orders."""


def sale_movement_id(sale_id: str, line_id: str) -> str:
    """The same for the same line of a sale, however often it comes."""
    return str(uuid5(_DERIVED, f"sale|{sale_id}|{line_id}"))


def issue_movement_id(order_id: str, sku: str) -> str:
    """The same for the same product of an order, however often its completion comes."""
    return str(uuid5(_DERIVED, f"order|{order_id}|{sku}"))


def restore_movement_id(sku: str, sequence: int) -> str:
    """The same for the same last event of a position, however often its restore is run."""
    return str(uuid5(_DERIVED, f"restore|{sku}|{sequence}"))


def booked(position: Position, movement: Movement) -> tuple[Position, Movement]:
    """Apply a movement to its position, or book it as absorbed by a later count."""
    if movement.on_hand_delta and position.counted_since(movement.occurred_at):
        movement = replace(movement, on_hand_delta=0, absorbed=True)
    if not movement.on_hand_delta and not movement.unsellable_delta:
        return position, movement
    after = replace(
        position,
        on_hand=position.on_hand + movement.on_hand_delta,
        unsellable=position.unsellable + movement.unsellable_delta,
    )
    return after, movement
