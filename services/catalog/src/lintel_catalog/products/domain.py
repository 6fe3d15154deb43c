"""What a merchandiser puts into the catalog."""

from dataclasses import dataclass

from lintel_catalog.entries.domain.product import Product
from lintel_contracts.values import Money


@dataclass(frozen=True, slots=True)
class Offer:
    """A product, and what it costs on the base list for good; without a price, its prices stay as they are."""

    product: Product
    price: Money | None

    @property
    def sku(self) -> str:
        return self.product.sku
