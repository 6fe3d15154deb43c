"""The shapes of related products."""

from pydantic import BaseModel

from lintel_catalog.products.schemas import ProductView


class RelatedView(BaseModel):
    items: list[ProductView]
    next_cursor: None = None
