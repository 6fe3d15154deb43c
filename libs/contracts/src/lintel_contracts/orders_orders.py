"""Topic orders.orders: the life of an order, which every participant of the saga follows."""

from enum import StrEnum
from typing import ClassVar

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import (
    Channel,
    Code,
    Moment,
    Money,
    OrderId,
    Quantity,
    Sku,
    StoreCode,
    UnitOfMeasure,
    Window,
)

TOPIC = fact_topic("orders.orders")


class PaymentMethod(StrEnum):
    PAY_IN_STORE = "pay_in_store"
    CARD = "card"
    EXTERNAL = "external"


class EndReason(StrEnum):
    """Why an order ended otherwise than by hand-over, or is being asked to."""

    OUT_OF_STOCK = "out_of_stock"
    SLOT_FULL = "slot_full"
    STORE_CLOSED = "store_closed"
    CLAIM_REJECTED = "claim_rejected"
    PAYMENT_DECLINED = "payment_declined"
    DEADLINE = "deadline"
    SHOPPER = "shopper"
    CARE = "care"
    STORE = "store"
    NO_SHOW = "no_show"


class OrderLine(Part):
    line_id: str
    sku: Sku
    name: str
    unit: UnitOfMeasure
    price_per: int
    quantity: Quantity
    unit_price: Money
    total: Money


class HandedOverLine(Part):
    """A line as it left the store; 0 where nothing of it did."""

    line_id: str
    sku: Sku
    quantity: int


class OrderEvent(Event):
    topic: ClassVar[Topic] = TOPIC

    order_id: OrderId
    store_code: StoreCode

    @property
    def key(self) -> str:
        return self.order_id


class OrderPlaced(OrderEvent):
    """A shopper wants these lines at this store; inventory and pickup answer."""

    type: ClassVar[str] = "orders.OrderPlaced.v1"

    number: str
    owner: str
    """Pseudonym of the shopper or visitor the order belongs to."""
    channel: Channel
    slot_id: str | None = None
    """None: the store's earliest free slot."""
    lines: tuple[OrderLine, ...]
    total: Money
    prices_include_tax: bool
    payment_method: PaymentMethod
    hold_id: str | None = None
    claims: tuple[Code, ...] = ()
    placed_at: Moment


class OrderConfirmed(OrderEvent):
    """Everybody said yes: the store may pick."""

    type: ClassVar[str] = "orders.OrderConfirmed.v1"

    slot: Window
    confirmed_at: Moment


class OrderReady(OrderEvent):
    """The order waits, staged, for its shopper."""

    type: ClassVar[str] = "orders.OrderReady.v1"

    ready_at: Moment
    collect_by: Moment


class OrderCancelRequested(OrderEvent):
    """Somebody wants out of a confirmed order; pickup decides, because the goods may be leaving just now."""

    type: ClassVar[str] = "orders.OrderCancelRequested.v1"

    reason: EndReason
    requested_at: Moment


class OrderRejected(OrderEvent):
    """The order ended unconfirmed; whoever holds something for it lets go."""

    type: ClassVar[str] = "orders.OrderRejected.v1"

    reason: EndReason
    rejected_at: Moment


class OrderCancelled(OrderEvent):
    """The order ended before hand-over; whoever holds something for it lets go."""

    type: ClassVar[str] = "orders.OrderCancelled.v1"

    reason: EndReason
    cancelled_at: Moment


class OrderExpired(OrderEvent):
    """Nobody came for the order; whoever holds something for it lets go."""

    type: ClassVar[str] = "orders.OrderExpired.v1"

    expired_at: Moment


class OrderCompleted(OrderEvent):
    """The order was handed over, with these lines; what was reserved beyond them is free again."""

    type: ClassVar[str] = "orders.OrderCompleted.v1"

    lines: tuple[HandedOverLine, ...]
    completed_at: Moment
