"""What changes a store."""

from lintel_chassis.http.etag import Expected, etag_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers import repository
from lintel_geo_offers.domain.store import Store, describe


async def put_store(unit: UnitOfWork, described: Store, expected: Expected) -> tuple[Store, bool]:
    """The store as it is now, and whether it is new. Raise Invalid; Problem when it is not the expected version."""
    known = await repository.lock(unit, described.store_code)
    expected.check(etag_of(known.sequence) if known else "")
    store, events = describe(known, described)
    repository.save(unit, store, *events)
    return store, known is None
