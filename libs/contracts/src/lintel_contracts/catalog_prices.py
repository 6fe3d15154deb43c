"""Topic catalog.prices: every price of a product, those of the future too."""

from typing import ClassVar

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, state_topic
from lintel_contracts.values import Channel, Code, Moment, Money, Sku, StoreCode

TOPIC = state_topic("catalog.prices", partitions=2)


class PriceWindow(Part):
    """One price and when it holds; open ends are None.

    Where several hold at once, the list that names the store goes before the one that names the channel, that before
    the base list, and within a list the window that began last.
    """

    price_list: Code
    price: Money
    was: Money | None = None
    channels: tuple[Channel, ...] | None = None
    store_codes: tuple[StoreCode, ...] | None = None
    prices_include_tax: bool = True
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class PricesChanged(Event):
    """All prices of one product, on every list."""

    type: ClassVar[str] = "catalog.PricesChanged.v1"
    topic: ClassVar[Topic] = TOPIC

    sku: Sku
    windows: tuple[PriceWindow, ...]

    @property
    def key(self) -> str:
        return self.sku
