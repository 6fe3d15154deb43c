"""The locked rows of one batch, and what becomes of them: decided in memory, one fact after the other, written once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from lintel_contracts.event import Event
from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_inventory.domain.movement import Movement, booked
from lintel_inventory.domain.position import Place, Position
from lintel_inventory.domain.reservation import OrderPlace, Reservation


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event about a reservation, and the number of the fact that led to it."""

    event: Event
    sequence: int
    cause: int


@dataclass(frozen=True, slots=True)
class Incident:
    """A fact that left less than nothing to promise, or that found less on the shelf than the books say."""

    place: Place
    cause: DiscrepancyCause
    document: str
    available: int
    number: int
    """Of the fact that led to it."""


@dataclass(slots=True)
class Books:
    """What a batch may touch. A place that was not loaded counts as a position of zeros."""

    at: datetime
    positions: dict[Place, Position]
    reservations: dict[OrderPlace, Reservation] = field(default_factory=dict)
    movements: dict[tuple[str, str], Movement] = field(default_factory=dict)
    """By (store_code, id): those booked before, as far as the batch names them, and its own."""
    number: int = 0
    """Of the fact being decided, in the batch."""
    booked: list[Movement] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    changed_reservations: set[OrderPlace] = field(default_factory=set)
    last_change: dict[Place, int] = field(default_factory=dict)
    """The number of the last fact that changed each position."""
    _opening: dict[Place, Position] = field(init=False)

    def __post_init__(self) -> None:
        self._opening = dict(self.positions)

    def position(self, place: Place) -> Position:
        return self.positions.get(place) or Position(*place)

    def available(self, place: Place) -> int:
        position = self.positions.get(place)
        return position.available if position else 0

    def put(self, position: Position) -> None:
        self.positions[position.place] = position
        self.last_change[position.place] = self.number

    def promise(self, place: Place, delta: int) -> None:
        """Promise more of a position, or give some back."""
        position = self.position(place)
        self.put(replace(position, reserved=position.reserved + delta))

    def book(self, movement: Movement, cause: DiscrepancyCause, *, giving_back: int = 0) -> None:
        """Apply a movement that came with a fact; `giving_back` is what was promised for it and now is not."""
        before = self.position((movement.store_code, movement.sku))
        after, movement = booked(replace(before, reserved=before.reserved - giving_back), movement)
        self.enter(before, after, movement, cause)

    def enter(self, before: Position, after: Position, movement: Movement, cause: DiscrepancyCause) -> None:
        """Take a decided movement into the ledger and its position into the books."""
        self.movements[movement.store_code, movement.id] = movement
        self.booked.append(movement)
        if after != before:
            self.put(after)
        self.watch(before, cause, movement.id)

    def watch(self, before: Position, cause: DiscrepancyCause, document: str) -> None:
        """Open an incident when a fact has taken what is available (further) below zero."""
        available = self.available(before.place)
        if available < 0 and available < before.available:
            self.open_incident(before.place, cause, document)

    def open_incident(self, place: Place, cause: DiscrepancyCause, document: str) -> None:
        self.incidents.append(Incident(place, cause, document, self.available(place), self.number))

    def settle(self, reservation: Reservation, event: Event | None = None) -> None:
        """Take a reservation's new state, and what is announced of it."""
        self.reservations[reservation.place] = reservation
        self.changed_reservations.add(reservation.place)
        if event is not None:
            self.announcements.append(Announcement(event, reservation.sequence, self.number))

    def changed_positions(self) -> list[Position]:
        """Those whose row must be written, in key order."""
        return [self.positions[place] for place in sorted(self.positions) if self._differs(place)]

    def levels(self) -> list[Position]:
        """Those whose quantities differ from what was last published, in key order; the last state of each counts."""
        return [
            position
            for position in self.changed_positions()
            if position.quantities != self._opening.get(position.place, Position(*position.place)).quantities
        ]

    def number_events(self) -> dict[Place, int]:
        """Give each place its events' sequences: one level, then its incidents. Return the first one of each."""
        first = {}
        counts = dict.fromkeys((position.place for position in self.levels()), 1)
        for incident in self.incidents:
            counts[incident.place] = counts.get(incident.place, 0) + 1
        for place, count in counts.items():
            position = self.position(place)
            first[place] = position.sequence + 1
            self.positions[place] = replace(position, sequence=position.sequence + count)
        return first

    def _differs(self, place: Place) -> bool:
        return self.positions[place] != self._opening.get(place)


def books_of(at: datetime, positions: Iterable[Position], reservations: Iterable[Reservation] = ()) -> Books:
    return Books(at, {one.place: one for one in positions}, {one.place: one for one in reservations})
