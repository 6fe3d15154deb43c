"""What geo-offers is told by its environment."""

from lintel_chassis.settings import ServiceSettings


class GeoOffersSettings(ServiceSettings):
    port: int = 8005
