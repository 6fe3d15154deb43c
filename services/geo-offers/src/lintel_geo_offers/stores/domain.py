"""A store: where it is, when it is open, what it offers; and what a search of stores asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lintel_contracts.errors import Invalid
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_geo_offers.stores.geography import Box, Position
from lintel_hours import Hours, UnknownTimezone, UnreadableHours, check


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

    @property
    def hours(self) -> Hours:
        return Hours(self.opening_hours, self.timezone, self.address.country, self.position.lat, self.position.lon)

    def changed(self) -> StoreChanged:
        """The store as others know it."""
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


@dataclass(frozen=True, slots=True)
class StoreFilter:
    """None filters nothing."""

    near: Position | None
    radius_m: float | None
    """Needs `near`."""
    box: Box | None
    sku: str | None
    quantity: int
    """Of the sku: stores with less are left out."""
    services: Sequence[str]
    """All of them."""
    statuses: Sequence[StoreStatus]
    open_at: datetime | None
    """The moment that `open` speaks of."""


def describe(known: Store | None, described: Store) -> tuple[Store, tuple[StoreChanged, ...]]:
    """The store as it is from now on; nothing has happened when it is as it was. Raise Invalid."""
    _check_hours(described.hours)
    store = replace(described, sequence=known.sequence if known else 0)
    return store, () if store == known else (store.changed(),)


def _check_hours(hours: Hours) -> None:
    try:
        check(hours)
    except UnknownTimezone as error:
        raise Invalid("unknown_timezone", str(error), "/timezone") from None
    except UnreadableHours as error:
        raise Invalid("invalid_opening_hours", str(error), "/opening_hours") from None
