"""Topic inventory.stock: the stock position of a product in a store."""

from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.topic import Topic, state_topic
from lintel_contracts.values import Moment, Sku, StoreCode

TOPIC = state_topic("inventory.stock", partitions=4)


class StockLevelChanged(Event):
    """A position's quantities, all of them; `available` may be below zero after a fact from the store."""

    type: ClassVar[str] = "inventory.StockLevelChanged.v1"
    topic: ClassVar[Topic] = TOPIC

    store_code: StoreCode
    sku: Sku
    on_hand: int
    unsellable: int
    reserved: int
    safety_stock: int
    available: int
    """on_hand - unsellable - reserved - safety_stock."""
    as_of: Moment

    @property
    def key(self) -> str:
        return f"{self.store_code}|{self.sku}"
