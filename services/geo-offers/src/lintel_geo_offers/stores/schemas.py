"""The shapes of stores, as they come in and as they are shown."""

from dataclasses import asdict
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lintel_chassis.http.pagination import Page
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.values import Country, Currency, Moment
from lintel_geo_offers.stores.domain import Address, Store
from lintel_geo_offers.stores.geography import Position


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

    @property
    def position(self) -> Position:
        return Position(self.lat, self.lon)

    def store(self, store_code: str, timezone: str) -> Store:
        return Store(
            store_code=store_code,
            name=self.name,
            brand=self.brand,
            position=self.position,
            address=Address(**self.address.model_dump()),
            timezone=timezone,
            currency=self.currency,
            opening_hours=self.opening_hours,
            services=self.services,
            status=self.status,
        )


class AddressView(BaseModel):
    street: str
    city: str
    region: str | None = None
    postal_code: str
    country: str


class StoreView(BaseModel):
    store_code: str
    name: str
    brand: str | None = None
    lat: float
    lon: float
    address: AddressView
    timezone: str
    currency: str
    opening_hours: str
    services: tuple[str, ...]
    status: StoreStatus

    @classmethod
    def of(cls, store: Store, **found: object) -> Self:
        """`found` is what a search adds."""
        return cls.model_validate(
            {
                "store_code": store.store_code,
                "name": store.name,
                "brand": store.brand,
                "lat": store.position.lat,
                "lon": store.position.lon,
                "address": asdict(store.address),
                "timezone": store.timezone,
                "currency": store.currency,
                "opening_hours": store.opening_hours,
                "services": store.services,
                "status": store.status,
                **found,
            }
        )


class FoundStore(StoreView):
    open: bool
    """At the moment asked for, by its hours and its status."""
    distance_m: float | None = None
    """From the position asked for."""
    available: int | None = None
    """Of the product asked for; 20 stands for 20 or more."""
    as_of: Moment | None = None
    """When inventory last changed that number."""


class Point(BaseModel):
    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]
    """[lon, lat]."""


class Feature(BaseModel):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Point
    properties: FoundStore


class FeatureCollection(BaseModel):
    """GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature]
    next_cursor: str | None = None

    @classmethod
    def of(cls, page: Page[FoundStore]) -> Self:
        features = [
            Feature(id=item.store_code, geometry=Point(coordinates=(item.lon, item.lat)), properties=item)
            for item in page.items
        ]
        return cls(features=features, next_cursor=page.next_cursor)
