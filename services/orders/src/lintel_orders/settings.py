"""What orders is told by its environment."""

from datetime import timedelta
from decimal import Decimal

from pydantic import Field, SecretStr

from lintel_chassis.settings import ServiceSettings
from lintel_orders.commands.saga import SAGA_TAKES


class OrdersSettings(ServiceSettings):
    port: int = 8003
    guest_key: SecretStr
    """PEM of the EC P-256 key that signs guest sessions."""
    guest_issuer: str = "lintel-orders"
    tax_rates: dict[str, dict[str, Decimal]] = Field(default_factory=dict)
    """Country, then tax class, to the rate that prices include: {"DE": {"standard": "0.19"}}."""
    saga_takes: timedelta = SAGA_TAKES
    """How long the others may take to answer an order, from when it is back from the log (ISO 8601)."""
