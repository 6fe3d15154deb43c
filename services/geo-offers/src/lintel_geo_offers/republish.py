"""Stores published again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from lintel_chassis.db.statements import compiled
from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers.stores import store
from lintel_geo_offers.stores.tables import stores

# No lock: stores are never deleted, and who makes one publishes it.
_CODES = compiled(
    select(stores.c.store_code)
    .where(stores.c.store_code > bindparam("after"))
    .order_by(stores.c.store_code)
    .limit(bindparam("at_most"))
)


async def _codes(unit: UnitOfWork, after: str, at_most: int) -> list[str]:
    return [row["store_code"] for row in await unit.fetch(*_CODES(after=after, at_most=at_most))]


async def _announce(unit: UnitOfWork, store_codes: Sequence[str], _at: datetime) -> int:
    known = await store.lock(unit, store_codes)
    for found in known.values():
        store.save(unit, found, (found.changed(),))
    return len(known)


STORES = State("geo-offers", _codes, _announce)
