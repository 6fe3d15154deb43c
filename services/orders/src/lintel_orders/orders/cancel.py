"""Cancelling: at once before the store has the order, by asking the store after that."""

from datetime import datetime

from lintel_chassis.auth.caller import CARE, Caller
from lintel_chassis.worker.deadlines import clear_deadlines
from lintel_contracts.orders_orders import EndReason
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.customers.commands import recognised
from lintel_orders.orders import saga, store
from lintel_orders.orders.access import check_access
from lintel_orders.orders.domain import Order


async def cancel_order(unit: UnitOfWork, caller: Caller, order_id: str, at: datetime) -> Order:
    """Raise NotFound for a foreign order, Conflict for one that ended otherwise."""
    order = await store.lock(unit, order_id)
    caller = await recognised(unit, caller)
    check_access(caller, order.owner, order.store_code)
    cancelled, events = order.cancel(_reason(caller, order), at)
    if not events:
        return cancelled
    clear_deadlines(unit, saga.DEADLINE, [order_id])
    return store.save(unit, cancelled, events)


def _reason(caller: Caller, order: Order) -> EndReason:
    if order.owner is not None and caller.pseudonym == order.owner:
        return EndReason.SHOPPER
    return EndReason.CARE if caller.has(CARE) else EndReason.STORE
