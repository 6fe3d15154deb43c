"""A SKU's entry in the catalog: its product and its prices, and how often each was published."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from lintel_catalog.entries.domain.price import Price, PriceKey, PriceList, windows_of
from lintel_catalog.entries.domain.product import Product
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.errors import Invalid

MAX_PRICES = 1000


class Done(StrEnum):
    """What putting something did to it."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @classmethod
    def of(cls, before: object | None, after: object) -> "Done":
        if before is None:
            return cls.CREATED
        return cls.UNCHANGED if after == before else cls.CHANGED


@dataclass(frozen=True, slots=True)
class Entry:
    """`sequence` counts ProductChanged, `price_sequence` counts PricesChanged of this sku."""

    product: Product
    prices: Mapping[PriceKey, Price] = field(default_factory=dict)
    sequence: int = 0
    price_sequence: int = 0

    def described(self, product: Product) -> "Entry":
        return replace(self, product=product)

    def prices_changed(self, lists: Mapping[str, PriceList], at: datetime) -> PricesChanged:
        return PricesChanged(sku=self.product.sku, windows=windows_of(self.prices.values(), lists, at))

    def withdraw(self) -> "Entry":
        return replace(self, product=replace(self.product, status=ProductStatus.WITHDRAWN))

    def priced(self, price: Price) -> "Entry":
        """With this price, in place of one that began at the same moment on its list.

        Raise Invalid beyond MAX_PRICES: all of them travel in one event.
        """
        prices = {**self.prices, price.key: price}
        if len(prices) > MAX_PRICES:
            raise Invalid("too_many_prices", f"{self.product.sku} has {MAX_PRICES} prices already.")
        return replace(self, prices=prices)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as it was found and as it becomes. However much happened to it, each side is published once."""

    before: Entry | None
    after: Entry

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def product_changed(self) -> bool:
        return self.before is None or self.before.product != self.after.product

    @property
    def changed_prices(self) -> list[Price]:
        known = self.before.prices if self.before else {}
        return [price for key, price in self.after.prices.items() if known.get(key) != price]

    def events(self, lists: Mapping[str, PriceList], at: datetime) -> tuple[ProductChanged | PricesChanged, ...]:
        """What is published of it: at most one event of each kind."""
        product = (self.after.product.changed(),) if self.product_changed else ()
        prices = (self.after.prices_changed(lists, at),) if self.changed_prices else ()
        return (*product, *prices)

    def numbered(self) -> "Change":
        """The same, with what it publishes counted."""
        after = replace(
            self.after,
            sequence=self.after.sequence + self.product_changed,
            price_sequence=self.after.price_sequence + bool(self.changed_prices),
        )
        return replace(self, after=after)
