"""After a restore: pickups as their own facts on the log tell them, and the places in slots that they take."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from lintel_chassis.worker.deadlines import set_deadlines
from lintel_contracts.orders_orders import OrderPlaced
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_pickup import bookings, repository
from lintel_pickup.commands.expire import NO_SHOW
from lintel_pickup.domain.beginning import begun
from lintel_pickup.domain.code import new_nonce
from lintel_pickup.domain.pickup import WAITING, Pickup
from lintel_pickup.domain.retelling import OwnFact, retold
from lintel_pickup.repository import Changed

_LOST = (
    "Of what was done after the backup: what was found of orders that are still being picked (pick them again), "
    "staging locations, bays and notes of arrivals, who handed over and why without a code, more time given to "
    "collect, wrong codes that were tried, and policies of stores. Pickups that the backup did not know as confirmed "
    "have new hand-over codes: shoppers must look again."
)


async def _take_up(unit: UnitOfWork, told: History) -> Mapping[str, int]:
    lives: dict[str, list[Delivery[Any]]] = defaultdict(list)
    for delivery in told:
        lives[delivery.event.order_id].append(delivery)
    before = await repository.lock_all(unit, lives)
    after = {order_id: _brought_up(before.get(order_id), life) for order_id, life in lives.items()}
    changed = [pickup for order_id, pickup in after.items() if pickup and pickup != before.get(order_id)]
    known = [Changed(pickup) for pickup in changed if pickup.order_id in before]
    unknown = [Changed(pickup) for pickup in changed if pickup.order_id not in before]
    repository.save(unit, known)
    repository.add(unit, unknown)
    waiting = {one.order_id: one.collect_by for one in changed if one.status in WAITING and one.collect_by}
    set_deadlines(unit, NO_SHOW, waiting)
    await unit.flush()
    bookings.count_again(unit, ((one.store_code, one.slot.starts_at) for one in changed if one.slot))
    return Counter({"pickups brought up to their last fact": len(known), "pickups made again": len(unknown)})


def _brought_up(pickup: Pickup | None, life: Iterable[Delivery[Any]]) -> Pickup | None:
    """None for an order of which nothing has been answered yet: it will be heard again."""
    own = sorted((one for one in life if not isinstance(one.event, OrderPlaced)), key=number_of)
    placed = next((one.event for one in life if isinstance(one.event, OrderPlaced)), None)
    for delivery in own:
        pickup = pickup or (begun(placed) if placed else None)
        if pickup is not None and number_of(delivery) > pickup.sequence:
            pickup = retold(pickup, delivery.event, new_nonce(), delivery.time)
            pickup = replace(pickup, sequence=number_of(delivery))
    return pickup


RESTORATION = Restoration((OrderPlaced, *get_args(OwnFact)), _take_up, _LOST)
