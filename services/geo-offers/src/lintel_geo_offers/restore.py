"""After a restore: stores as they were described last, as far as the log has it."""

from collections import Counter
from collections.abc import Mapping

from lintel_contracts.geo_stores import StoreChanged
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_geo_offers.stores import store
from lintel_geo_offers.stores.history import restored

_UNKNOWN = {
    "addresses": (
        "Streets, cities and postal codes described after the backup: a store that the backup does not know has none "
        "until it is described again."
    )
}


async def _take_up(unit: UnitOfWork, history: History) -> Mapping[str, int]:
    newest = {delivery.event.store_code: delivery for delivery in sorted(history, key=number_of)}
    known = await store.lock(unit, newest)
    done = Counter[str]()
    for code, delivery in newest.items():
        before, number = known.get(code), number_of(delivery)
        if before is None or before.sequence < number:
            store.save(unit, restored(before, delivery.event, number), ())
            done["stores brought up" if before else "stores made again"] += 1
    return done


RESTORATION = Restoration((StoreChanged,), _take_up, _UNKNOWN)
