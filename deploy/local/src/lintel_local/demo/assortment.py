"""What the demo deals in: products, stores, baskets, and a position's place."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CURRENCY = "USD"

Place = tuple[str, str]
"""(store_code, sku)."""


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    name: str
    brand: str
    category: tuple[str, ...]
    """From the widest to the narrowest."""
    price: Decimal
    min_age: int | None = None

    def body(self) -> dict[str, Any]:
        """As the catalog takes it."""
        return {
            "sku": self.sku,
            "name": self.name,
            "brand": self.brand,
            "category": list(self.category),
            "price": {"amount": str(self.price), "currency": CURRENCY},
            **({"restrictions": {"min_age": self.min_age}} if self.min_age else {}),
        }


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    quantity: int

    def body(self) -> dict[str, Any]:
        return {"sku": self.sku, "quantity": self.quantity}


@dataclass(frozen=True, slots=True)
class Basket:
    """What one household really bought on one visit, every line of it."""

    basket_id: str
    household_id: str
    store_code: str
    lines: tuple[Line, ...]

    def demand(self) -> dict[Place, int]:
        """Summed, since a basket may name a product twice."""
        wanted: dict[Place, int] = {}
        for line in self.lines:
            place = (self.store_code, line.sku)
            wanted[place] = wanted.get(place, 0) + line.quantity
        return wanted
