"""A sale as a till sent it."""

from dataclasses import dataclass
from typing import Literal

from lintel_contracts.orders_sales import SaleRecorded

SaleResult = Literal["accepted", "duplicate"]


@dataclass(frozen=True, slots=True)
class TillSale:
    """What the till sent, and when it came in."""

    fact: SaleRecorded
    content: str
    """JSON as it was sent, but for whom it was sold to."""
    subject: str | None = None
    """Whom the till named as its customer, if anybody."""
