"""Settings of pickup."""

from typing import cast

from pydantic import SecretStr

from lintel_chassis.http.call import Call
from lintel_chassis.settings import ServiceSettings


class PickupSettings(ServiceSettings):
    port: int = 8004
    orders_url: str
    """Where orders is asked which pseudonym a shopper has: `http://orders:8000`."""
    handover_key: SecretStr
    """Makes the hand-over codes; the same in every process. With another key all codes given out are void."""


def handover_key_of(call: Call) -> bytes:
    return cast("PickupSettings", call.runtime.settings).handover_key.get_secret_value().encode()
