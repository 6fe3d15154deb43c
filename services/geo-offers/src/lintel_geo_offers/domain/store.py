"""A store: where it is, when it is open, what it offers."""

from dataclasses import dataclass, replace

from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.hours import check_hours


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    city: str
    region: str | None
    postal_code: str
    country: str
    """ISO 3166-1, two letters."""


@dataclass(frozen=True, slots=True)
class Store:
    """`sequence` counts what was published of it; 0 before the first."""

    store_code: str
    name: str
    brand: str | None
    position: Position
    address: Address
    timezone: str
    """IANA name."""
    currency: str
    opening_hours: str
    services: tuple[str, ...]
    """Each once, in alphabetical order."""
    status: StoreStatus
    sequence: int = 0

    def changed(self) -> StoreChanged:
        """The store as others are told of it."""
        return StoreChanged(
            store_code=self.store_code,
            name=self.name,
            brand=self.brand,
            lat=self.position.lat,
            lon=self.position.lon,
            timezone=self.timezone,
            currency=self.currency,
            country=self.address.country,
            region=self.address.region,
            opening_hours=self.opening_hours,
            services=self.services,
            status=self.status,
        )


def describe(known: Store | None, described: Store) -> tuple[Store, tuple[StoreChanged, ...]]:
    """The store as it is from now on; nothing has happened when it is as it was. Raise Invalid."""
    check_hours(described.opening_hours, described.timezone, described.address.country, described.position)
    before = known.sequence if known else 0
    if known is not None and replace(described, sequence=before) == known:
        return known, ()
    store = replace(described, sequence=before + 1)
    return store, (store.changed(),)
