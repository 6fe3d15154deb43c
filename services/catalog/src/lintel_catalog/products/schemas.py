"""The shapes of products."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from lintel_catalog.entries.domain.product import Product, Restrictions, Scalar
from lintel_catalog.products.domain import Offer
from lintel_catalog.schemas import TEXT, Cost, Gtin, Input, ShortText
from lintel_contracts.catalog_products import ProductStatus, VariantGroup
from lintel_contracts.values import Channel, Code, Moment, Money, Quantity, Sku, UnitOfMeasure

CategoryName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00>]*$")]
Link = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\x00\s]+$")]


class GroupInput(Input):
    """Products of one group are one thing in several sizes, colours, ..."""

    code: Code
    options: Annotated[dict[ShortText, ShortText], Field(max_length=20)]


class RestrictionsInput(Input):
    min_age: Annotated[int, Field(ge=0, le=150)] | None = None


class ProductInput(Input):
    name: ShortText
    category: Annotated[tuple[CategoryName, ...], Field(min_length=1, max_length=10)]
    """From the widest to the narrowest; no name contains ">"."""
    description: Annotated[str, Field(max_length=10_000, pattern=TEXT)] | None = None
    brand: ShortText | None = None
    gtin: Gtin | None = None
    """8, 12, 13 or 14 digits; kept as GTIN-14."""
    unit: UnitOfMeasure = UnitOfMeasure.EACH
    price_per: Quantity = 1
    tax_class: Code = "standard"
    group: GroupInput | None = None
    restrictions: RestrictionsInput | None = None
    attributes: Annotated[dict[ShortText, Scalar], Field(max_length=100)] = {}  # noqa: RUF012 - pydantic copies it
    images: Annotated[tuple[Link, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=len(Channel))] | None = None
    """None: all."""
    price: Cost | None = None
    """On the base list, for good; without it the prices stay as they are."""

    def offer(self, sku: str) -> Offer:
        return Offer(self._product(sku), self.price)

    def _product(self, sku: str) -> Product:
        return Product(
            sku=sku,
            name=self.name,
            category=self.category,
            description=self.description,
            brand=self.brand,
            gtin=self.gtin,
            unit=self.unit,
            price_per=self.price_per,
            tax_class=self.tax_class,
            group=VariantGroup(code=self.group.code, options=self.group.options) if self.group else None,
            restrictions=Restrictions(self.restrictions.min_age) if self.restrictions else None,
            attributes=self.attributes,
            images=self.images,
            channels=self.channels,
        )


class ProductItem(ProductInput):
    sku: Sku


class GroupView(BaseModel):
    code: str
    options: dict[str, str]


class RestrictionsView(BaseModel):
    min_age: int | None = None


class ProductView(BaseModel):
    """A product with its price as sold on the channel and in the store that were asked for, at that moment."""

    sku: str
    name: str
    category: list[str]
    description: str | None = None
    brand: str | None = None
    gtin: str | None = None
    unit: UnitOfMeasure
    price_per: int
    tax_class: str
    group: GroupView | None = None
    restrictions: RestrictionsView | None = None
    attributes: dict[str, Any]
    images: list[str]
    channels: list[Channel] | None = None
    status: ProductStatus
    price: Money | None
    """None when nothing holds there at the moment."""
    was: Money | None = None
    price_list: str | None = None
    prices_include_tax: bool | None = None
    price_until: Moment | None = None
