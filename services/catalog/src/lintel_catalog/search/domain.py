"""What a search for products asks for."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lintel_catalog.entries.domain.product import SEPARATOR
from lintel_contracts.values import Channel


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NAME = "name"
    PRICE = "price"
    PRICE_DOWN = "-price"


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """All of it must hold."""

    q: str | None = None
    category: str | None = None
    brands: tuple[str, ...] = ()
    gtin: str | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    channel: Channel | None = None
    skus: tuple[str, ...] = ()

    @property
    def category_depth(self) -> int:
        """Of the category asked for; 0 for none."""
        return len(self.category.split(SEPARATOR)) if self.category else 0
