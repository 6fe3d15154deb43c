"""The locked rows of one batch, and what becomes of them: decided in memory, one fact after the other, written once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.inventory_reservations import ReservationEvent
from lintel_inventory.ledger.domain.movement import Movement, booked
from lintel_inventory.ledger.domain.position import Position, StockKey
from lintel_inventory.ledger.domain.reservation import OrderKey, Reservation


@dataclass(frozen=True, slots=True)
class Incident:
    """A fact that left less than nothing to promise, or that found less on the shelf than the books say."""

    key: StockKey
    cause: DiscrepancyCause
    document: str
    available: int


LedgerEvents = tuple[ReservationEvent | Incident, ...]
"""What a fact led to, in its order; levels follow from the positions, once a batch."""


@dataclass(slots=True)
class Books:
    """What a batch may touch. A key that was not loaded counts as a position of zeros."""

    at: datetime
    positions: dict[StockKey, Position]
    reservations: dict[OrderKey, Reservation] = field(default_factory=dict)
    movements: dict[tuple[str, str], Movement] = field(default_factory=dict)
    """By (store_code, id): those booked before, as far as the batch names them, and its own."""
    booked: list[Movement] = field(default_factory=list)
    settled: set[OrderKey] = field(default_factory=set)
    """The reservations that changed."""
    touched: set[StockKey] = field(default_factory=set)
    """The positions that changed since somebody last asked."""
    _opening: dict[StockKey, Position] = field(init=False)

    def __post_init__(self) -> None:
        self._opening = dict(self.positions)

    def position(self, key: StockKey) -> Position:
        return self.positions.get(key) or Position(*key)

    def available(self, key: StockKey) -> int:
        position = self.positions.get(key)
        return position.available if position else 0

    def put(self, position: Position) -> None:
        self.positions[position.key] = position
        self.touched.add(position.key)

    def promise(self, key: StockKey, delta: int) -> None:
        """Promise more of a position, or give some back."""
        position = self.position(key)
        self.put(replace(position, reserved=position.reserved + delta))

    def book(self, movement: Movement, cause: DiscrepancyCause, *, giving_back: int = 0) -> LedgerEvents:
        """Apply a movement that came with a fact; `giving_back` is what was promised for it and now is not."""
        before = self.position((movement.store_code, movement.sku))
        after, movement = booked(replace(before, reserved=before.reserved - giving_back), movement)
        return self.enter(before, after, movement, cause)

    def enter(self, before: Position, after: Position, movement: Movement, cause: DiscrepancyCause) -> LedgerEvents:
        """Take a decided movement into the ledger and its position into the books."""
        self.movements[movement.store_code, movement.id] = movement
        self.booked.append(movement)
        if after != before:
            self.put(after)
        return self.shortfall(before, cause, movement.id)

    def shortfall(self, before: Position, cause: DiscrepancyCause, document: str) -> LedgerEvents:
        """An incident when a fact has taken what is available (further) below zero."""
        available = self.available(before.key)
        if available < 0 and available < before.available:
            return (self.incident(before.key, cause, document),)
        return ()

    def incident(self, key: StockKey, cause: DiscrepancyCause, document: str) -> Incident:
        return Incident(key, cause, document, self.available(key))

    def settle(self, reservation: Reservation) -> None:
        """Take a reservation's new state."""
        self.reservations[reservation.key] = reservation
        self.settled.add(reservation.key)

    def changed_positions(self) -> list[Position]:
        """Those whose row must be written, in key order."""
        return [self.positions[key] for key in sorted(self.positions) if self.positions[key] != self._opening.get(key)]

    def levels(self) -> list[Position]:
        """Those whose quantities differ from what was last published, in key order; the last state of each counts."""
        return [
            position
            for position in self.changed_positions()
            if position.quantities != self._opening.get(position.key, Position(*position.key)).quantities
        ]

    def number_events(self, incidents: Iterable[Incident]) -> dict[StockKey, int]:
        """Give each position its events' sequences: one level, then its incidents. Return the first one of each."""
        first = {}
        counts = dict.fromkeys((position.key for position in self.levels()), 1)
        for incident in incidents:
            counts[incident.key] = counts.get(incident.key, 0) + 1
        for key, count in counts.items():
            position = self.position(key)
            first[key] = position.sequence + 1
            self.positions[key] = replace(position, sequence=position.sequence + count)
        return first


def books_of(at: datetime, positions: Iterable[Position], reservations: Iterable[Reservation] = ()) -> Books:
    return Books(
        at,
        {position.key: position for position in positions},
        {reservation.key: reservation for reservation in reservations},
    )
