"""After a restore: pickups as their own facts on the log have them, and the places in slots that they take."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from lintel_chassis.worker.deadlines import set_deadlines
from lintel_contracts.orders_orders import OrderPlaced
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_pickup.counter.code import new_nonce
from lintel_pickup.pickups import history
from lintel_pickup.pickups import store as pickups
from lintel_pickup.pickups.domain.pickup import NO_SHOW, WAITING, Pickup
from lintel_pickup.pickups.opening import opened
from lintel_pickup.slots import store as slots

_UNKNOWN = {
    "picking": "What was found after the backup of orders that are still being picked: pick them again.",
    "counter": (
        "What was done at the counter after the backup: staging locations, bays and notes of arrivals, who handed over "
        "and why without a code, more time given to collect, wrong codes that were tried."
    ),
    "codes": (
        "Hand-over codes of pickups that the backup did not know as confirmed: they get new ones, which shoppers must "
        "open again."
    ),
    "policies": "Policies of stores that were put after the backup.",
}


async def _take_up(unit: UnitOfWork, past: History) -> Mapping[str, int]:
    lives: dict[str, list[Delivery[Any]]] = defaultdict(list)
    for delivery in past:
        lives[delivery.event.order_id].append(delivery)
    before = await pickups.lock_all(unit, lives)
    after = {order_id: _brought_up(before.get(order_id), life) for order_id, life in lives.items()}
    changed = [pickup for order_id, pickup in after.items() if pickup and pickup != before.get(order_id)]
    done = Counter[str]()
    for pickup in changed:
        if pickup.order_id in before:
            pickups.save(unit, pickup, ())
            done["pickups brought up to their last fact"] += 1
        else:
            pickups.add(unit, pickup, ())
            done["pickups made again"] += 1
    waiting = {
        pickup.order_id: pickup.collect_by for pickup in changed if pickup.status in WAITING and pickup.collect_by
    }
    set_deadlines(unit, NO_SHOW, waiting)
    await unit.flush()
    slots.count_again(unit, ((pickup.store_code, pickup.slot.starts_at) for pickup in changed if pickup.slot))
    return done


def _brought_up(pickup: Pickup | None, life: Iterable[Delivery[Any]]) -> Pickup | None:
    """None for an order of which nothing has been answered yet: it will be read again."""
    own = sorted((delivery for delivery in life if not isinstance(delivery.event, OrderPlaced)), key=number_of)
    placed = next((delivery.event for delivery in life if isinstance(delivery.event, OrderPlaced)), None)
    for delivery in own:
        pickup = pickup or (opened(placed) if placed else None)
        if pickup is not None and number_of(delivery) > pickup.sequence:
            pickup = history.after(pickup, delivery.event, new_nonce(), delivery.time)
            pickup = replace(pickup, sequence=number_of(delivery))
    return pickup


RESTORATION = Restoration((OrderPlaced, *get_args(history.OwnFact)), _take_up, _UNKNOWN)
