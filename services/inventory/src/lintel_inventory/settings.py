"""What inventory reads from its environment."""

from lintel_chassis.settings import ServiceSettings


class InventorySettings(ServiceSettings):
    port: int = 8002
