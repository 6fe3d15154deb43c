"""The shapes that geo-offers answers with."""

from dataclasses import asdict
from typing import Literal, Self

from pydantic import BaseModel

from lintel_chassis.http.pagination import Page
from lintel_contracts.geo_stores import StoreStatus
from lintel_contracts.values import Moment
from lintel_geo_offers.domain.store import Store


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
