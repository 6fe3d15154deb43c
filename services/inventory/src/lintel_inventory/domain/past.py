"""What inventory's own events, and the sales it heard of, tell of a time that its tables do not know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lintel_contracts.inventory_reservations import (
    ReservationEvent,
    StockIssued,
    StockReleased,
    StockReservationRejected,
    StockReserved,
)
from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_contracts.orders_sales import SaleRecorded
from lintel_inventory.domain.facts import demand, moving, sold
from lintel_inventory.domain.movement import Movement, MovementKind, booked, issue_movement_id, restore_movement_id
from lintel_inventory.domain.position import Place, Position
from lintel_inventory.domain.reservation import OrderPlace, Reservation, ReservationStatus

_STATUS_AFTER = {
    StockReserved.type: ReservationStatus.ACTIVE,
    StockReservationRejected.type: ReservationStatus.REJECTED,
    StockReleased.type: ReservationStatus.RELEASED,
    StockIssued.type: ReservationStatus.ISSUED,
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event about a reservation, its number, and when it was told."""

    event: ReservationEvent
    number: int
    at: datetime


@dataclass(slots=True)
class Past:
    promises: dict[OrderPlace, list[Numbered]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[Place, tuple[int, StockLevelChanged]] = field(default_factory=dict)
    """The last one of each place, and its number."""
    last: dict[Place, int] = field(default_factory=dict)
    """The highest number told of each place."""
    sales: list[tuple[SaleRecorded, datetime]] = field(default_factory=list)
    """And when each was told."""

    def places(self) -> set[Place]:
        lines = {(place[0], sku) for place, told in self.promises.items() for one in told for sku in _lines(one.event)}
        return {*lines, *self.last, *((sale.store_code, line.sku) for sale, _ in self.sales for line in moving(sale))}

    def newer_level(self, position: Position) -> StockLevelChanged | None:
        """What was published of the position after the state that the tables have."""
        number, level = self.levels.get(position.place, (0, None))
        return level if number > position.sequence else None

    def published(self, position: Position) -> tuple[int, int, int, int]:
        """The quantities that were told last; those of the tables where the log was not read so far back."""
        if position.place not in self.levels:
            return position.quantities
        _, level = self.levels[position.place]
        return level.on_hand, level.unsellable, level.reserved, level.safety_stock


def _lines(event: ReservationEvent) -> dict[str, int]:
    return demand(event.lines) if isinstance(event, StockReserved | StockReleased | StockIssued) else {}


def retold(known: Reservation | None, store_code: str, order_id: str, told: Numbered) -> Reservation:
    """The reservation after the next of its events."""
    before = known or Reservation(store_code, order_id, ReservationStatus.ACTIVE, told.at)
    lines: Mapping[str, int] = before.lines or _lines(told.event)
    status = _STATUS_AFTER[told.event.type]
    ended_at = None if status is ReservationStatus.ACTIVE else told.at
    return replace(before, status=status, sequence=told.number, lines=lines, ended_at=ended_at)


def issued(told: Numbered, at: datetime) -> list[Movement]:
    """What left the store with the order, under the ids by which its completion books it when it is heard again."""
    if not isinstance(told.event, StockIssued):
        return []
    return [
        Movement(
            store_code=told.event.store_code,
            id=issue_movement_id(told.event.order_id, line.sku),
            sku=line.sku,
            kind=MovementKind.SALE,
            quantity=line.quantity,
            on_hand_delta=-line.quantity,
            unsellable_delta=0,
            reason="order handed over",
            document=told.event.order_id,
            occurred_at=told.at,
            recorded_at=at,
        )
        for line in told.event.lines
    ]


def sold_before(past: Past, positions: Mapping[Place, Position], at: datetime) -> list[Movement]:
    """Sales that the last level of their product had seen: all told before it was published.

    A sale that moved anything was followed by a level at once. The others will be heard, and booked, again.
    """
    found = []
    for sale, told_at in past.sales:
        for line in moving(sale):
            level = past.newer_level(positions[sale.store_code, line.sku])
            if level is not None and told_at <= level.as_of:
                found.append(sold(sale, line, at))
    return found


def corrected(
    position: Position, past: Past, movements: Iterable[Movement], at: datetime
) -> tuple[Position, list[Movement]]:
    """The position after these movements of it, and one more that makes its ledger equal what was published last.

    What a store stated itself since the backup (deliveries, counts, damage) is in that movement, in one sum.
    """
    ledger = []
    for one in movements:
        position, movement = booked(position, one)
        ledger.append(movement)
    if level := past.newer_level(position):
        on_hand, unsellable = level.on_hand - position.on_hand, level.unsellable - position.unsellable
        if on_hand or unsellable:
            ledger.append(_correction(position, past.last[position.place], on_hand, unsellable, at))
        position = replace(
            position, on_hand=level.on_hand, unsellable=level.unsellable, safety_stock=level.safety_stock
        )
    return replace(position, sequence=max(position.sequence, past.last.get(position.place, 0))), ledger


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
