"""Topic catalog.products: every product as it is sold now."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from lintel_contracts.event import Event, Part
from lintel_contracts.topic import Topic, state_topic
from lintel_contracts.values import Code, Sku, UnitOfMeasure

TOPIC = state_topic("catalog.products", partitions=2)


class ProductStatus(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class VariantGroup(Part):
    """Products that are one thing in several sizes or colours share a group."""

    code: Code
    options: dict[str, str]


class ProductChanged(Event):
    """The product is now as told here; withdrawing it is a status."""

    type: ClassVar[str] = "catalog.ProductChanged.v1"
    topic: ClassVar[Topic] = TOPIC

    sku: Sku
    name: str
    category: tuple[str, ...]
    """From the widest to the narrowest: GROCERY, EGGS."""
    brand: str | None = None
    gtin: str | None = None
    unit: UnitOfMeasure
    price_per: int = Field(gt=0)
    """How many units a price is for: 1 each, 1000 g."""
    tax_class: str
    min_age: int | None = None
    image_url: str | None = None
    group: VariantGroup | None = None
    status: ProductStatus

    @property
    def key(self) -> str:
        return self.sku
