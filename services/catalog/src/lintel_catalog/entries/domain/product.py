"""A product: what is sold, how it is measured and where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lintel_contracts.catalog_products import ProductChanged, ProductStatus, VariantGroup
from lintel_contracts.values import Channel, UnitOfMeasure

Scalar: TypeAlias = str | bool | int | float
SEPARATOR = " > "
"""Between the names of a category's path, as product feeds write it; no name holds the sign."""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Who may buy it."""

    min_age: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What is said of one SKU; `category` goes from the widest to the narrowest, `gtin` is a GTIN-14."""

    sku: str
    name: str
    category: tuple[str, ...]
    description: str | None = None
    brand: str | None = None
    gtin: str | None = None
    unit: UnitOfMeasure = UnitOfMeasure.EACH
    price_per: int = 1
    tax_class: str = "standard"
    group: VariantGroup | None = None
    restrictions: Restrictions | None = None
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    channels: tuple[Channel, ...] | None = None
    """Where it is sold; None is everywhere."""
    status: ProductStatus = ProductStatus.ACTIVE

    def category_paths(self) -> list[str]:
        """Its category and all above it, the widest first: GROCERY, GROCERY > EGGS."""
        return [SEPARATOR.join(self.category[: depth + 1]) for depth in range(len(self.category))]

    def changed(self) -> ProductChanged:
        return ProductChanged(
            sku=self.sku,
            name=self.name,
            category=self.category,
            brand=self.brand,
            gtin=self.gtin,
            unit=self.unit,
            price_per=self.price_per,
            tax_class=self.tax_class,
            min_age=self.restrictions.min_age if self.restrictions else None,
            image_url=self.images[0] if self.images else None,
            group=self.group,
            status=self.status,
        )
