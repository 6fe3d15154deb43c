"""A sku's entry in the catalog: its product and its prices, and how often each was announced."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lintel_catalog.domain.price import Price, PriceKey
from lintel_catalog.domain.product import Product
from lintel_contracts.catalog_products import ProductStatus
from lintel_contracts.errors import Invalid

MAX_PRICES = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """`sequence` counts ProductChanged, `price_sequence` counts PricesChanged of this sku."""

    product: Product
    prices: Mapping[PriceKey, Price] = field(default_factory=dict)
    sequence: int = 0
    price_sequence: int = 0

    def told(self, product: Product) -> "Entry":
        return replace(self, product=product)

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
    """An entry as it was found and as it becomes. However much happened to it, each side is announced once."""

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

    def numbered(self) -> Entry:
        """The new state, with its announcements counted."""
        return replace(
            self.after,
            sequence=self.after.sequence + self.product_changed,
            price_sequence=self.after.price_sequence + bool(self.changed_prices),
        )
