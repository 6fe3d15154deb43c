"""A store as its own events have it."""

from lintel_contracts.geo_stores import StoreChanged
from lintel_geo_offers.stores.domain import Address, Store
from lintel_geo_offers.stores.geography import Position


def restored(known: Store | None, event: StoreChanged, sequence: int) -> Store:
    """The store as of this event; of the address it has no more than the country and the region."""
    address = known.address if known else Address("", "", None, "", "")
    return Store(
        store_code=event.store_code,
        name=event.name,
        brand=event.brand,
        position=Position(event.lat, event.lon),
        address=Address(address.street, address.city, event.region, address.postal_code, event.country),
        timezone=event.timezone,
        currency=event.currency,
        opening_hours=event.opening_hours,
        services=event.services,
        status=event.status,
        sequence=sequence,
    )
