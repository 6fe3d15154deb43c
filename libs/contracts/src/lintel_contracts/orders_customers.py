"""Topic orders.customers: what every service that keeps something by a customer's pseudonym must hear."""

from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import Moment

TOPIC = fact_topic("orders.customers")


class CustomerErased(Event):
    """A customer was forgotten: nobody knows any more whose pseudonym this was, and nobody will get it again."""

    type: ClassVar[str] = "orders.CustomerErased.v1"
    topic: ClassVar[Topic] = TOPIC

    customer: str
    """The pseudonym: the owner that OrderPlaced named, and the actor of what the customer did."""
    erased_at: Moment

    @property
    def key(self) -> str:
        return self.customer
