"""The rows that a batch may touch: they are locked before anything is decided."""

from dataclasses import dataclass, field

from lintel_inventory.ledger.domain.position import StockKey
from lintel_inventory.ledger.domain.reservation import OrderKey


@dataclass(slots=True)
class LockSet:
    """Beside the lines of the reservations it names."""

    orders: set[OrderKey] = field(default_factory=set)
    promised: set[StockKey] = field(default_factory=set)
    moved: set[StockKey] = field(default_factory=set)
    """These get a position when there is none: a fact from the store asks no leave."""
    movements: set[tuple[str, str]] = field(default_factory=set)
    """(store_code, id): read once their positions are locked."""

    def add(self, other: "LockSet") -> None:
        self.orders |= other.orders
        self.promised |= other.promised
        self.moved |= other.moved
        self.movements |= other.movements
