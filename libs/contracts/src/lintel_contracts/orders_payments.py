"""Topic orders.payments: money that moved for an order."""

from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import Moment, Money, OrderId, StoreCode

TOPIC = fact_topic("orders.payments")


class PaymentCaptured(Event):
    """Money came in for the order; `sale_id` names the till's sale that brought it, where one did."""

    type: ClassVar[str] = "orders.PaymentCaptured.v1"
    topic: ClassVar[Topic] = TOPIC

    order_id: OrderId
    store_code: StoreCode
    amount: Money
    paid_in_full: bool
    """Whether nothing is left to be paid after this."""
    sale_id: str | None = None
    captured_at: Moment

    @property
    def key(self) -> str:
        return self.order_id
