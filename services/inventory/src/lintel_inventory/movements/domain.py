"""Movements as a store's program states them: what comes through the API."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from lintel_contracts.errors import Conflict, Invalid
from lintel_inventory.ledger.domain.movement import Movement, MovementKind, booked
from lintel_inventory.ledger.domain.position import Position

_CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a store's clock may be ahead of ours."""


class StatedKind(StrEnum):
    """Sales and returns are missing on purpose: they come through orders only."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    COUNT = "count"
    DAMAGE = "damage"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class StatedMovement:
    """A movement as its sender states it. `quantity` is signed for adjustments, and what was seen for counts."""

    id: str
    store_code: str
    sku: str
    kind: StatedKind
    quantity: int
    reason: str
    expected_on_hand: int | None = None
    occurred_at: datetime | None = None
    document: str | None = None

    def fingerprint(self) -> str:
        content = (self.sku, self.kind.value, self.quantity, self.reason, self.expected_on_hand, self.document)
        moment = self.occurred_at.timestamp() if self.occurred_at else None
        return hashlib.sha256(repr((content, moment)).encode()).hexdigest()

    def check(self, at: datetime) -> None:
        """Raise Invalid for what makes no sense whatever the stock is."""
        match self.kind:
            case StatedKind.ADJUSTMENT:
                ok = self.quantity != 0
            case StatedKind.COUNT:
                ok = self.quantity >= 0
            case StatedKind.RECEIPT | StatedKind.DAMAGE | StatedKind.REPAIR:
                ok = self.quantity > 0
        if not ok:
            raise Invalid("invalid_quantity", f"{self.quantity} is no quantity for this kind of movement.", "/quantity")
        if (self.kind is StatedKind.COUNT) != (self.expected_on_hand is not None):
            raise Invalid("invalid_count", "A count, and nothing else, states expected_on_hand.", "/expected_on_hand")
        if self.occurred_at is not None and self.occurred_at > at + _CLOCK_TOLERANCE:
            raise Invalid("occurred_in_future", "The movement has not happened yet.", "/occurred_at")


def book_stated(position: Position, stated: StatedMovement, at: datetime) -> tuple[Position, Movement]:
    """Book it. Raise Invalid or Conflict when it cannot be."""
    stated.check(at)
    occurred_at = min(stated.occurred_at or at, at)
    on_hand, unsellable = _deltas(position, stated)
    after, movement = booked(
        position,
        Movement(
            store_code=stated.store_code,
            id=stated.id,
            sku=stated.sku,
            kind=MovementKind(stated.kind),
            quantity=stated.quantity,
            on_hand_delta=on_hand,
            unsellable_delta=unsellable,
            reason=stated.reason,
            document=stated.document,
            occurred_at=occurred_at,
            recorded_at=at,
            fingerprint=stated.fingerprint(),
        ),
    )
    if stated.kind is StatedKind.COUNT:
        return _counted(position, after, movement)
    return after, movement


def _deltas(position: Position, stated: StatedMovement) -> tuple[int, int]:
    """(on_hand, unsellable). Damage and repair move goods between sellable and not; they stay in the store."""
    match stated.kind:
        case StatedKind.RECEIPT | StatedKind.ADJUSTMENT:
            return stated.quantity, 0
        case StatedKind.DAMAGE:
            return 0, stated.quantity
        case StatedKind.REPAIR:
            if stated.quantity > position.unsellable:
                raise Conflict("nothing_to_repair", f"Only {position.unsellable} are unsellable here.", "/quantity")
            return 0, -stated.quantity
        case StatedKind.COUNT:
            if stated.expected_on_hand != position.on_hand:
                raise Conflict(
                    "stale_count",
                    "The books changed since the counter looked: count again.",
                    "/expected_on_hand",
                    on_hand=position.on_hand,
                )
            return stated.quantity - position.on_hand, 0


def _counted(before: Position, after: Position, movement: Movement) -> tuple[Position, Movement]:
    """A count older than the last one says nothing new, also when it agrees with the books."""
    if before.counted_since(movement.occurred_at):
        return before, replace(movement, absorbed=True)
    return replace(after, counted_at=movement.occurred_at), movement
