"""A stock position: what of one product is in one store, and what of it is still free to promise."""

from dataclasses import dataclass
from datetime import datetime

from lintel_contracts.inventory_stock import StockLevelChanged

StockKey = tuple[str, str]
"""(store_code, sku): the key of a position, and the order in which positions are locked."""


@dataclass(frozen=True, slots=True)
class Position:
    """One row; a product without one in a store is a position of zeros."""

    store_code: str
    sku: str
    on_hand: int = 0
    unsellable: int = 0
    reserved: int = 0
    safety_stock: int = 0
    sequence: int = 0
    """Of the last event about it: levels and incidents count together."""
    counted_at: datetime | None = None
    """When the shelf was last counted: what happened before is in what was seen."""

    @property
    def key(self) -> StockKey:
        return self.store_code, self.sku

    @property
    def available(self) -> int:
        return self.on_hand - self.unsellable - self.reserved - self.safety_stock

    @property
    def quantities(self) -> tuple[int, int, int, int]:
        return self.on_hand, self.unsellable, self.reserved, self.safety_stock

    def counted_since(self, occurred_at: datetime) -> bool:
        """Whether the last count saw the result of what happened then."""
        return self.counted_at is not None and occurred_at <= self.counted_at

    def level(self, at: datetime) -> StockLevelChanged:
        return StockLevelChanged(
            store_code=self.store_code,
            sku=self.sku,
            on_hand=self.on_hand,
            unsellable=self.unsellable,
            reserved=self.reserved,
            safety_stock=self.safety_stock,
            available=self.available,
            as_of=at,
        )
