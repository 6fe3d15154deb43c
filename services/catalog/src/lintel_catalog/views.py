"""The shapes that catalog answers with."""

from typing import Any

from pydantic import BaseModel

from lintel_contracts.catalog_products import ProductStatus
from lintel_contracts.values import Channel, Moment, Money, UnitOfMeasure


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


class FacetValue(BaseModel):
    value: str
    """As the filter of the same name takes it."""
    count: int


class Facets(BaseModel):
    category: list[FacetValue]
    """One level below the category that was asked for."""
    brand: list[FacetValue]
    """Of what the other filters let through, so that a shopper sees what else there is."""


class ProductsPage(BaseModel):
    items: list[ProductView]
    next_cursor: str | None = None
    facets: Facets | None = None
    """With the first page; not where skus are asked for one by one."""


class RelatedView(BaseModel):
    items: list[ProductView]
    next_cursor: None = None


class CategoryView(BaseModel):
    name: str
    category: str
    """As the filter `category` takes it."""
    count: int
    """Products in it and below."""
    children: list["CategoryView"]


class CategoriesView(BaseModel):
    items: list[CategoryView]
    next_cursor: None = None


class PriceListView(BaseModel):
    price_list: str
    currency: str | None
    channels: list[Channel] | None
    store_codes: list[str] | None
    prices_include_tax: bool


class PriceView(BaseModel):
    price: Money
    was: Money | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class PricesView(BaseModel):
    """All prices of a product on one list, past ones too."""

    items: list[PriceView]
    next_cursor: None = None


class PutPriceView(PriceView):
    price_list: str
    sku: str
