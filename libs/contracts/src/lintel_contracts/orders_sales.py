"""Topic orders.sales: what tills sold."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import Moment, Money, OrderId, Quantity, Sku, StoreCode

TOPIC = fact_topic("orders.sales")


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"
    VOUCHER = "voucher"
    OTHER = "other"


class SaleLine(Part):
    """A line of a sale; one that names an `order_line_id` moves no stock of its own."""

    line_id: str
    sku: Sku
    quantity: Quantity
    unit_price: Money
    order_line_id: str | None = None
    returns_sale_id: str | None = None
    """The sale whose goods come back with this line, for returns at the till."""


class Tender(Part):
    kind: TenderKind
    amount: Money


class SaleRecorded(Event):
    """A till sold these lines; a fact, also when the books knew of no stock."""

    type: ClassVar[str] = "orders.SaleRecorded.v1"
    topic: ClassVar[Topic] = TOPIC

    sale_id: str
    store_code: StoreCode
    register_id: str
    business_day: date
    seq: int
    lines: tuple[SaleLine, ...]
    tenders: tuple[Tender, ...]
    total: Money
    order_id: OrderId | None = None
    """The order this sale pays; its stock moves with the order, not with the sale."""
    hold_id: str | None = None
    cart_id: str | None = None
    occurred_at: Moment
    received_at: Moment

    @property
    def key(self) -> str:
        return self.sale_id
