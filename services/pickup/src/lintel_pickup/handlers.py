"""What pickup does on hearing others: copies of stores, bookings and their ends, payments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from lintel_chassis.clock import utc_now
from lintel_chassis.worker.erasure import forgetting
from lintel_contracts.geo_stores import StoreChanged
from lintel_contracts.orders_orders import (
    EndReason,
    OrderCancelled,
    OrderCancelRequested,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRejected,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.context import Context
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import bookings, repository
from lintel_pickup.domain.beginning import open_pickup, unheard
from lintel_pickup.domain.code import new_nonce
from lintel_pickup.domain.desk import Desk
from lintel_pickup.domain.pickup import ENDS, Pickup, Status, Step
from lintel_pickup.repository import Changed

_Ending = OrderRejected | OrderCancelled | OrderExpired
_Fact = OrderPlaced | OrderConfirmed | OrderCancelRequested | _Ending


async def follow_orders(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
    await follow(unit, deliveries, utc_now())


async def follow(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]], at: datetime) -> None:
    """Decide a batch in its order: lock pickups, then stores, each in key order once; write once."""
    before = await repository.lock_all(unit, (delivery.event.order_id for delivery in deliveries))
    stores = _stores(deliveries, before)
    since = min((at, *(p.slot.starts_at for p in before.values() if p.slot and p.status not in ENDS)))
    desks = await bookings.lock_desks(unit, stores, at, since) if stores else {}
    ledger = _Ledger(before, desks, at)
    for delivery in deliveries:
        ledger.enter(delivery.event, delivery.context)
    bookings.save_desks(unit, desks.values())
    repository.add(unit, ledger.changed(new=True))
    repository.save(unit, ledger.changed(new=False))


@dataclass(slots=True)
class _Ledger:
    """Pickups and bookings as the events so far leave them."""

    before: Mapping[str, Pickup]
    desks: Mapping[str, Desk]
    at: datetime
    changes: dict[str, Changed] = field(default_factory=dict)

    def enter(self, event: _Fact, cause: Context) -> None:
        change = self.changes.get(event.order_id)
        pickup = change.pickup if change else self.before.get(event.order_id)
        step = self._step(pickup, event)
        if step is None or step[0] is pickup:
            return
        after, events = step
        if change is None:
            change = self.changes[event.order_id] = Changed(after)
        change.pickup = after
        change.events.extend((told, cause) for told in events)
        if after.status is Status.CANCELLED and after.slot is not None:
            self.desks[after.store_code].release(after.slot.starts_at)

    def changed(self, *, new: bool) -> Iterable[Changed]:
        return [change for order_id, change in self.changes.items() if (order_id not in self.before) is new]

    def _step(self, pickup: Pickup | None, event: _Fact) -> Step | None:
        match event:
            case OrderPlaced():
                return self._place(pickup, event)
            case OrderConfirmed():
                return (pickup.confirm(new_nonce()), ()) if pickup else None
            case OrderCancelRequested():
                return (pickup or unheard(event.order_id, event.store_code)).cancel(event.reason, self.at)
            case OrderRejected() | OrderCancelled() | OrderExpired():
                known = pickup or unheard(event.order_id, event.store_code)
                return known.close(_reason(event), self.at), ()
            case _:
                assert_never(event)

    def _place(self, pickup: Pickup | None, order: OrderPlaced) -> Step:
        """Told again, or after its end, it is there already."""
        if pickup is not None:
            return pickup, ()
        answer = self.desks[order.store_code].book(order.slot_id, order.placed_at)
        return open_pickup(order, answer, self.at)


def _stores(deliveries: Sequence[Delivery[Any]], before: Mapping[str, Pickup]) -> set[str]:
    """Where places may be taken or given back."""
    events = [delivery.event for delivery in deliveries]
    booking = {event.store_code for event in events if isinstance(event, OrderPlaced) and event.order_id not in before}
    ending = {event.order_id for event in events if not isinstance(event, OrderPlaced | OrderConfirmed)}
    return booking | {before[key].store_code for key in ending & before.keys() if before[key].status not in ENDS}


def _reason(event: _Ending) -> EndReason:
    return EndReason.NO_SHOW if isinstance(event, OrderExpired) else event.reason


async def note_payments(unit: UnitOfWork, deliveries: Sequence[Delivery[PaymentCaptured]]) -> None:
    """Of orders paid in full; kept apart from pickups, which may be heard of later."""
    paid = (delivery.event for delivery in deliveries if delivery.event.paid_in_full)
    repository.add_payments(unit, ((payment.order_id, payment.store_code) for payment in paid))


HANDLERS = (
    mirror_of(StoreChanged),
    Handler(
        (OrderPlaced, OrderConfirmed, OrderCancelRequested, OrderRejected, OrderCancelled, OrderExpired), follow_orders
    ),
    Handler((PaymentCaptured,), note_payments),
    forgetting(repository.FORGET),
)
