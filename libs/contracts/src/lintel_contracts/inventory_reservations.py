"""Topic inventory.reservations: what was promised to an order, or could not be."""

from typing import ClassVar

from pydantic import Field

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import OrderId, Quantity, Sku, StoreCode

TOPIC = fact_topic("inventory.reservations")


class ReservedLine(Part):
    sku: Sku
    quantity: Quantity


class ShortLine(Part):
    """A line that cannot be promised: what was asked for and what there was, never less than zero."""

    sku: Sku
    requested: Quantity
    available: int = Field(ge=0)


class ReservationEvent(Event):
    topic: ClassVar[Topic] = TOPIC

    order_id: OrderId
    store_code: StoreCode

    @property
    def key(self) -> str:
        return self.order_id


class StockReserved(ReservationEvent):
    """Every line of the order is promised to it, until the order ends."""

    type: ClassVar[str] = "inventory.StockReserved.v1"

    lines: tuple[ReservedLine, ...]


class StockReservationRejected(ReservationEvent):
    """Nothing was reserved, because of these lines."""

    type: ClassVar[str] = "inventory.StockReservationRejected.v1"

    short_lines: tuple[ShortLine, ...]


class StockReleased(ReservationEvent):
    """The promise ended without the goods leaving the store."""

    type: ClassVar[str] = "inventory.StockReleased.v1"

    lines: tuple[ReservedLine, ...]


class StockIssued(ReservationEvent):
    """The goods left the store with the shopper; lines as handed over."""

    type: ClassVar[str] = "inventory.StockIssued.v1"

    lines: tuple[ReservedLine, ...]
