"""Products, stores, baskets and the key of a stock position, without the form that any service takes them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "USD"

StockKey = tuple[str, str]
"""(store_code, sku)."""
Stock = Mapping[StockKey, int]
"""Pieces."""


@dataclass(frozen=True, slots=True)
class Store:
    store_code: str
    city: str
    region: str
    lat: float
    lon: float
    timezone: str


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    name: str
    brand: str
    category: tuple[str, ...]
    """From the widest to the narrowest."""
    price: Decimal
    min_age: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Basket:
    """What one household really bought on one visit, every line of it."""

    basket_id: str
    household_id: str
    store_code: str
    lines: tuple[Line, ...]

    def demand(self) -> dict[StockKey, int]:
        """Summed, since a basket may name a product twice."""
        demand: dict[StockKey, int] = {}
        for line in self.lines:
            key = (self.store_code, line.sku)
            demand[key] = demand.get(key, 0) + line.quantity
        return demand
