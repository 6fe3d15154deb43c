"""What orders reads from its environment."""

from datetime import timedelta
from decimal import Decimal
from typing import cast

from pydantic import Field, SecretStr

from lintel_chassis.http.call import Call
from lintel_chassis.settings import ServiceSettings

SAGA_TAKES = timedelta(seconds=60)


class OrdersSettings(ServiceSettings):
    port: int = 8003
    guest_key: SecretStr
    """PEM of the EC P-256 key that signs guest sessions."""
    guest_issuer: str = "lintel-orders"
    tax_rates: dict[str, dict[str, Decimal]] = Field(default_factory=dict)
    """Country, then tax class, to the rate that prices include: {"DE": {"standard": "0.19"}}."""
    saga_takes: timedelta = SAGA_TAKES
    """How long the others may take to answer an order, from when it is back from the log (ISO 8601)."""


def settings_of(call: Call) -> OrdersSettings:
    return cast("OrdersSettings", call.runtime.settings)
