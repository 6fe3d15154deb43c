"""What changes a store."""

from lintel_chassis.http.etag import Expected, etag_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.stores import store
from lintel_geo_offers.stores.domain import Store, describe


async def put_store(unit: UnitOfWork, described: Store, expected: Expected) -> tuple[Store, bool]:
    """The store as it is now, and whether it is new. Raise Invalid; Problem when it is not the expected version."""
    known = (await store.lock(unit, [described.store_code])).get(described.store_code)
    expected.check(etag_of(known.sequence) if known else "")
    after, events = describe(known, described)
    if known is None:
        return store.add(unit, after, events), True
    return store.save(unit, after, events) if events else known, False
