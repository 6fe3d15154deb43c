"""Topic catalog.prices: every price of a product, those of the future too."""

from datetime import UTC, datetime
from typing import ClassVar

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, state_topic
from lintel_contracts.values import Channel, Code, Moment, Money, Sku, StoreCode

TOPIC = state_topic("catalog.prices", partitions=2)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


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


def best_window(
    prices: PricesChanged | None, channel: Channel | None, store_code: str | None, currency: str | None, at: datetime
) -> PriceWindow | None:
    """The price that holds at this moment for who asks, by the precedence that `PriceWindow` states; None for none.

    A price in another currency than the one asked for does not hold, however special it is. Without a channel or store
    only what holds for all of them does; without a currency any will do.
    """
    windows = prices.windows if prices else ()
    holding = [window for window in windows if _holds(window, channel, store_code, currency, at)]
    return max(holding, key=_precedence, default=None)


def _holds(
    window: PriceWindow, channel: Channel | None, store_code: str | None, currency: str | None, at: datetime
) -> bool:
    return (
        (window.channels is None or channel in window.channels)
        and (window.store_codes is None or store_code in window.store_codes)
        and (currency is None or window.price.currency == currency)
        and (window.valid_from is None or window.valid_from <= at)
        and (window.valid_until is None or at < window.valid_until)
    )


def _precedence(window: PriceWindow) -> tuple[bool, bool, datetime]:
    return window.store_codes is not None, window.channels is not None, window.valid_from or _BEFORE_ALL
