"""An order's reservation: stock promised to it until it ends, one row for each order for good."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from lintel_contracts.inventory_reservations import (
    ReservedLine,
    ShortLine,
    StockIssued,
    StockReleased,
    StockReservationRejected,
    StockReserved,
)

OrderKey = tuple[str, str]
"""(store_code, order_id): the key of a reservation, and the order in which reservations are locked."""


class ReservationStatus(StrEnum):
    ACTIVE = "active"
    REJECTED = "rejected"
    RELEASED = "released"
    ISSUED = "issued"


class PickKind(StrEnum):
    SHORT = "short"
    SUBSTITUTE = "substitute"


PickKey = tuple[str, PickKind, str]
"""(line_id, kind, sku): what picking says of one line of the order; what it says later replaces it."""


@dataclass(frozen=True, slots=True)
class Reservation:
    store_code: str
    order_id: str
    status: ReservationStatus
    opened_at: datetime
    sequence: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    """Promised quantity by sku; only loaded, and only of meaning, while active."""
    picks: Mapping[PickKey, int] = field(default_factory=dict)
    """Quantities that were missing of a line, or substituted for it."""
    ended_at: datetime | None = None

    @property
    def key(self) -> OrderKey:
        return self.store_code, self.order_id

    def released(self, at: datetime) -> tuple["Reservation", StockReleased]:
        ended = replace(self, status=ReservationStatus.RELEASED, sequence=self.sequence + 1, ended_at=at)
        return ended, StockReleased(order_id=self.order_id, store_code=self.store_code, lines=_lines(self.lines))

    def issued(self, handed: Mapping[str, int], at: datetime) -> tuple["Reservation", StockIssued]:
        ended = replace(self, status=ReservationStatus.ISSUED, sequence=self.sequence + 1, ended_at=at)
        return ended, StockIssued(order_id=self.order_id, store_code=self.store_code, lines=_lines(handed))

    def picked(self, key: PickKey, noted: int, sku: str, quantity: int) -> "Reservation":
        """Note what picking says of a line, and that `quantity` of the product is promised from now on."""
        return replace(self, picks={**self.picks, key: noted}, lines={**self.lines, sku: quantity})


def opened(
    store_code: str, order_id: str, demanded: Mapping[str, int], short: tuple[ShortLine, ...], at: datetime
) -> tuple[Reservation, StockReserved | StockReservationRejected]:
    """Promise all lines to the order, or none when some are short."""
    if short:
        return (
            Reservation(store_code, order_id, ReservationStatus.REJECTED, at, sequence=1, ended_at=at),
            StockReservationRejected(order_id=order_id, store_code=store_code, short_lines=short),
        )
    return (
        Reservation(store_code, order_id, ReservationStatus.ACTIVE, at, sequence=1, lines=demanded),
        StockReserved(order_id=order_id, store_code=store_code, lines=_lines(demanded)),
    )


def closed_before_opening(store_code: str, order_id: str, at: datetime) -> Reservation:
    """The row of an order whose end came before its beginning: the beginning will then change nothing."""
    return Reservation(store_code, order_id, ReservationStatus.RELEASED, at, ended_at=at)


def _lines(quantities: Mapping[str, int]) -> tuple[ReservedLine, ...]:
    return tuple(ReservedLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items() if quantity > 0)
