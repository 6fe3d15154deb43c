"""What pickup is told by its environment."""

from pydantic import SecretStr

from lintel_chassis.settings import ServiceSettings


class PickupSettings(ServiceSettings):
    port: int = 8004
    handover_key: SecretStr
    """Makes the hand-over codes; the same in every process. With another key all codes given out are void."""
