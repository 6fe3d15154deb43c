"""Price lists and the prices on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from lintel_contracts.catalog_prices import PriceWindow
from lintel_contracts.errors import Invalid
from lintel_contracts.values import Channel, Money

BASE = "base"
"""The list that is always there: it holds wherever no other one does, and each of its prices names its currency."""

PriceKey: TypeAlias = tuple[str, datetime | None]
"""Price list and the moment from which the price is valid: of these a product has one price."""

_OPEN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of one currency for some channels or stores; None is all of them."""

    code: str
    currency: str | None
    """None for the base list only."""
    channels: tuple[Channel, ...] | None
    store_codes: tuple[str, ...] | None
    prices_include_tax: bool
    version: int = 1

    def admit(self, price: Money, pointer: str) -> None:
        """Raise Invalid for a price in another currency than the list's."""
        if self.currency is not None and price.currency != self.currency:
            raise Invalid("wrong_currency", f"The prices of {self.code} are in {self.currency}.", pointer)


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs on a list, from the first moment to just before the last."""

    price_list: str
    price: Money
    was: Money | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def key(self) -> PriceKey:
        return self.price_list, self.valid_from


def windows_of(prices: Iterable[Price], lists: Mapping[str, PriceList], at: datetime) -> tuple[PriceWindow, ...]:
    """All prices that hold at the moment or later, list by list, each list's in the order of their beginnings."""
    kept = (price for price in prices if price.valid_until is None or price.valid_until > at)
    ordered = sorted(kept, key=lambda price: (price.price_list, price.valid_from or _OPEN))
    return tuple(_window(price, lists[price.price_list]) for price in ordered)


def _window(price: Price, of: PriceList) -> PriceWindow:
    return PriceWindow(
        price_list=of.code,
        price=price.price,
        was=price.was,
        channels=of.channels,
        store_codes=of.store_codes,
        prices_include_tax=of.prices_include_tax,
        valid_from=price.valid_from,
        valid_until=price.valid_until,
    )
