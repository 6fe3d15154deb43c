"""Topic inventory.incidents: where the books and the shelf disagree."""

from enum import StrEnum
from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import Moment, OrderId, Sku, StoreCode

TOPIC = fact_topic("inventory.incidents")


class DiscrepancyCause(StrEnum):
    SALE = "sale"
    COUNT = "count"
    ADJUSTMENT = "adjustment"
    SHORT_PICK = "short_pick"


class StockDiscrepancyFound(Event):
    """A fact from the store took `available` below zero: some promise may not be kept."""

    type: ClassVar[str] = "inventory.StockDiscrepancyFound.v1"
    topic: ClassVar[Topic] = TOPIC

    store_code: StoreCode
    sku: Sku
    cause: DiscrepancyCause
    document: str
    """The movement that did it."""
    available: int
    orders_at_risk: tuple[OrderId, ...]
    """Orders that hold a reservation of this product here, the newest first."""
    found_at: Moment

    @property
    def key(self) -> str:
        return f"{self.store_code}|{self.sku}"
