"""The shapes that catalog accepts."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lintel_catalog.domain.gtin import gtin14
from lintel_catalog.domain.price import Price, PriceList
from lintel_catalog.domain.product import Product, Restrictions, Scalar
from lintel_contracts.catalog_products import VariantGroup
from lintel_contracts.values import Channel, Code, Currency, Moment, Money, Quantity, Sku, StoreCode, UnitOfMeasure

_TEXT = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=_TEXT)]
Query = Annotated[str, Field(max_length=200, pattern=_TEXT)]
CategoryName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00>]*$")]
Gtin = Annotated[str, Field(max_length=14), AfterValidator(gtin14)]
Link = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\x00\s]+$")]


def _not_negative(money: Money) -> Money:
    if money.amount < Decimal(0):
        raise ValueError("a price is not negative")
    return money


Cost = Annotated[Money, AfterValidator(_not_negative)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupInput(_Input):
    """Products of one group are one thing in several sizes, colours, ..."""

    code: Code
    options: Annotated[dict[ShortText, ShortText], Field(max_length=20)]


class RestrictionsInput(_Input):
    min_age: Annotated[int, Field(ge=0, le=150)] | None = None


class ProductInput(_Input):
    name: ShortText
    category: Annotated[tuple[CategoryName, ...], Field(min_length=1, max_length=10)]
    """From the widest to the narrowest; no name contains ">"."""
    description: Annotated[str, Field(max_length=10_000, pattern=_TEXT)] | None = None
    brand: ShortText | None = None
    gtin: Gtin | None = None
    """8, 12, 13 or 14 digits; kept as GTIN-14."""
    unit: UnitOfMeasure = UnitOfMeasure.EACH
    price_per: Quantity = 1
    tax_class: Code = "standard"
    group: GroupInput | None = None
    restrictions: RestrictionsInput | None = None
    attributes: Annotated[dict[ShortText, Scalar], Field(max_length=100)] = {}
    images: Annotated[tuple[Link, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=len(Channel))] | None = None
    """None: all."""
    price: Cost | None = None
    """On the base list, for good; without it the prices stay as they are."""

    def product(self, sku: str) -> Product:
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


class PriceListInput(_Input):
    currency: Currency | None = None
    """Of all its prices; only the base list has none."""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=len(Channel))] | None = None
    store_codes: Annotated[tuple[StoreCode, ...], Field(min_length=1, max_length=1000)] | None = None
    prices_include_tax: bool

    def price_list(self, code: str) -> PriceList:
        return PriceList(code, self.currency, self.channels, self.store_codes, self.prices_include_tax)


class PriceInput(_Input):
    price: Cost
    was: Money | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.was is not None and (self.was.currency != self.price.currency or self.was.amount <= self.price.amount):
            raise ValueError("`was` is above `price`, in the same currency")
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError("`valid_until` is after `valid_from`")
        return self

    def on(self, price_list: str) -> Price:
        return Price(price_list, self.price, self.was, self.valid_from, self.valid_until)


class PriceItem(PriceInput):
    price_list: Code
    sku: Sku
