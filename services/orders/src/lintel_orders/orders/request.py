"""What somebody asks to be ordered."""

from collections.abc import Sequence
from dataclasses import dataclass

from lintel_contracts.orders_orders import PaymentMethod
from lintel_contracts.values import Channel, Money
from lintel_orders.customers.domain import Contact
from lintel_orders.orders.domain import External
from lintel_orders.pricing.domain import WantedLine


@dataclass(frozen=True, slots=True)
class OrderRequest:
    channel: Channel
    store_code: str
    lines: Sequence[WantedLine]
    payment_method: PaymentMethod
    slot_id: str | None = None
    contact: Contact | None = None
    claims: Sequence[str] = ()
    hold_id: str | None = None
    expected_total: Money | None = None
    customer_id: str | None = None
    """For whom customer care orders."""
    external: External | None = None
