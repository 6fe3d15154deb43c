"""Reservations read back from their own events, and what left the store by them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lintel_contracts.inventory_reservations import (
    ReservationEvent,
    StockIssued,
    StockReleased,
    StockReservationRejected,
    StockReserved,
)
from lintel_inventory.ledger.domain.demand import demand
from lintel_inventory.ledger.domain.movement import Movement, MovementKind, issue_movement_id
from lintel_inventory.ledger.domain.reservation import Reservation, ReservationStatus

_STATUS_AFTER = {
    StockReserved.type: ReservationStatus.ACTIVE,
    StockReservationRejected.type: ReservationStatus.REJECTED,
    StockReleased.type: ReservationStatus.RELEASED,
    StockIssued.type: ReservationStatus.ISSUED,
}


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event about a reservation, its number, and when it was published."""

    event: ReservationEvent
    number: int
    at: datetime


def lines_of(event: ReservationEvent) -> dict[str, int]:
    return demand(event.lines) if isinstance(event, StockReserved | StockReleased | StockIssued) else {}


def after(known: Reservation | None, store_code: str, order_id: str, fact: NumberedEvent) -> Reservation:
    """The reservation after the next of its events."""
    before = known or Reservation(store_code, order_id, ReservationStatus.ACTIVE, fact.at)
    lines: Mapping[str, int] = before.lines or lines_of(fact.event)
    status = _STATUS_AFTER[fact.event.type]
    ended_at = None if status is ReservationStatus.ACTIVE else fact.at
    return replace(before, status=status, sequence=fact.number, lines=lines, ended_at=ended_at)


def issued(fact: NumberedEvent, at: datetime) -> list[Movement]:
    """What left the store with the order, under the ids by which its completion books it when it is read again."""
    if not isinstance(fact.event, StockIssued):
        return []
    return [
        Movement(
            store_code=fact.event.store_code,
            id=issue_movement_id(fact.event.order_id, line.sku),
            sku=line.sku,
            kind=MovementKind.SALE,
            quantity=line.quantity,
            on_hand_delta=-line.quantity,
            unsellable_delta=0,
            reason="order handed over",
            document=fact.event.order_id,
            occurred_at=fact.at,
            recorded_at=at,
        )
        for line in fact.event.lines
    ]
