"""Stores told again as they are now, for `lintel-events republish`."""

from collections.abc import Sequence
from datetime import datetime

from lintel_events.mirror.republish import State
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_geo_offers import repository


async def _announce(unit: UnitOfWork, store_codes: Sequence[str], _at: datetime) -> int:
    stores = await repository.lock_all(unit, store_codes)
    repository.announce(unit, stores)
    return len(stores)


STORES = State("geo-offers", repository.codes, _announce)
