"""After a restore: stores as they were described last, as far as the log tells."""

from collections import Counter
from collections.abc import Mapping

from lintel_contracts.geo_stores import StoreChanged
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_geo_offers import repository
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.store import Address, Store

_LOST = (
    "Streets, cities and postal codes described after the backup: a store that the backup does not know has none until "
    "it is described again."
)


async def _take_up(unit: UnitOfWork, told: History) -> Mapping[str, int]:
    newest = {delivery.event.store_code: delivery for delivery in sorted(told, key=number_of)}
    done = Counter[str]()
    for code, delivery in sorted(newest.items()):
        known = await repository.lock(unit, code)
        if known is None or known.sequence < number_of(delivery):
            repository.write(unit, retold(known, delivery.event, number_of(delivery)), is_new=known is None)
            done["stores brought up" if known else "stores made again"] += 1
    return done


def retold(known: Store | None, told: StoreChanged, number: int) -> Store:
    address = known.address if known else Address("", "", None, "", "")
    return Store(
        store_code=told.store_code,
        name=told.name,
        brand=told.brand,
        position=Position(told.lat, told.lon),
        address=Address(address.street, address.city, told.region, address.postal_code, told.country),
        timezone=told.timezone,
        currency=told.currency,
        opening_hours=told.opening_hours,
        services=told.services,
        status=told.status,
        sequence=number,
    )


RESTORATION = Restoration((StoreChanged,), _take_up, _LOST)
