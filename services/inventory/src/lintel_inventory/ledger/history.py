"""Positions read back from their own events: where the rows were lost and the levels were not."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from lintel_contracts.inventory_incidents import StockDiscrepancyFound
from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_inventory.ledger.domain.movement import Movement, MovementKind, booked, restore_movement_id
from lintel_inventory.ledger.domain.position import Position, StockKey


@dataclass(slots=True)
class LevelHistory:
    """What was published of positions."""

    levels: dict[StockKey, tuple[int, StockLevelChanged]] = field(default_factory=dict)
    """The last level of each, and its number."""
    last: dict[StockKey, int] = field(default_factory=dict)
    """The number of the last event of each."""

    def add(self, event: StockLevelChanged | StockDiscrepancyFound, number: int) -> None:
        """In the order of the numbers."""
        key = (event.store_code, event.sku)
        self.last[key] = number
        if isinstance(event, StockLevelChanged):
            self.levels[key] = (number, event)

    def newer_level(self, position: Position) -> StockLevelChanged | None:
        """What was published of the position after the state that the tables have."""
        number, level = self.levels.get(position.key, (0, None))
        return level if number > position.sequence else None

    def published(self, position: Position) -> tuple[int, int, int, int]:
        """The quantities that were published last; those of the tables where the log was not read so far back."""
        if position.key not in self.levels:
            return position.quantities
        _, level = self.levels[position.key]
        return level.on_hand, level.unsellable, level.reserved, level.safety_stock

    def corrected(
        self, position: Position, movements: Iterable[Movement], at: datetime
    ) -> tuple[Position, list[Movement]]:
        """The position after these movements of it, and one more that makes its ledger equal what was published last.

        What a store stated itself since the backup (deliveries, counts, damage) is in that movement, in one sum.
        """
        ledger = []
        for each in movements:
            position, movement = booked(position, each)
            ledger.append(movement)
        if level := self.newer_level(position):
            on_hand, unsellable = level.on_hand - position.on_hand, level.unsellable - position.unsellable
            if on_hand or unsellable:
                ledger.append(_correction(position, self.last[position.key], on_hand, unsellable, at))
            position = replace(
                position, on_hand=level.on_hand, unsellable=level.unsellable, safety_stock=level.safety_stock
            )
        return replace(position, sequence=max(position.sequence, self.last.get(position.key, 0))), ledger


def _correction(position: Position, number: int, on_hand: int, unsellable: int, at: datetime) -> Movement:
    return Movement(
        store_code=position.store_code,
        id=restore_movement_id(position.sku, number),
        sku=position.sku,
        kind=MovementKind.ADJUSTMENT,
        quantity=on_hand,
        on_hand_delta=on_hand,
        unsellable_delta=unsellable,
        reason="restore",
        document=None,
        occurred_at=at,
        recorded_at=at,
    )
