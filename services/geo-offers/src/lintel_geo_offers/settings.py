"""Settings of geo-offers."""

from lintel_chassis.settings import ServiceSettings


class GeoOffersSettings(ServiceSettings):
    port: int = 8005
