"""The shapes of lists of products, and of the tree of categories."""

from typing import Annotated

from pydantic import BaseModel, Field

from lintel_catalog.products.schemas import ProductView
from lintel_catalog.schemas import TEXT

QueryText = Annotated[str, Field(max_length=200, pattern=TEXT)]


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
