"""Settings of catalog, from its environment."""

from lintel_chassis.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    port: int = 8001
