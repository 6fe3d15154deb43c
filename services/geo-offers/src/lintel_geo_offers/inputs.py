"""The shapes that geo-offers accepts."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.values import Country, Currency
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.store import Address, Store
from lintel_geo_offers.zones import Zones


def _to_a_tenth_of_a_millimetre(degrees: float) -> float:
    """Finer than any position is known; PostgreSQL cannot take the sine of numbers too close to zero."""
    return round(degrees, 9) + 0.0


Degrees = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_to_a_tenth_of_a_millimetre)]
Latitude = Annotated[Degrees, Field(ge=-90, le=90)]
Longitude = Annotated[Degrees, Field(ge=-180, le=180)]
ServiceName = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
_Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


def _each_once(services: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(services)))


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AddressInput(_Input):
    street: _Text
    city: _Text
    region: _Text | None = None
    postal_code: Annotated[_Text, Field(max_length=20)]
    country: Country


class StoreInput(_Input):
    """The whole store; what is left out is taken from it."""

    name: _Text
    brand: _Text | None = None
    lat: Annotated[Latitude, Field(strict=True)]
    lon: Annotated[Longitude, Field(strict=True)]
    address: AddressInput
    timezone: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """IANA name; None: that of the position."""
    currency: Currency
    opening_hours: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
    """OpenStreetMap syntax, in the store's own time zone; special days included."""
    services: Annotated[tuple[ServiceName, ...], Field(max_length=100), AfterValidator(_each_once)]
    status: StoreStatus

    async def store(self, store_code: str, zones: Zones) -> Store:
        """Raise Invalid when no zone is given, and none is known of the position."""
        position = Position(self.lat, self.lon)
        return Store(
            store_code=store_code,
            name=self.name,
            brand=self.brand,
            position=position,
            address=Address(**self.address.model_dump()),
            timezone=self.timezone or await zones.at(position),
            currency=self.currency,
            opening_hours=self.opening_hours,
            services=self.services,
            status=self.status,
        )
