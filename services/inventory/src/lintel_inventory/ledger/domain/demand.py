"""What some lines demand of each product."""

from collections.abc import Iterable
from typing import Protocol


class Line(Protocol):
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...


def demand(lines: Iterable[Line]) -> dict[str, int]:
    """Quantities summed by sku: two lines of one product demand their sum, not each the same stock."""
    quantities: dict[str, int] = {}
    for line in lines:
        if line.quantity > 0:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    return quantities
