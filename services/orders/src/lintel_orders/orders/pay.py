"""Money for an order, from a till."""

from datetime import datetime

from lintel_contracts.values import Money
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.orders import store


async def pay_order(
    unit: UnitOfWork, order_id: str, store_code: str, amount: Money, sale_id: str, at: datetime
) -> None:
    """Raise nothing: money of another store or currency, or for no order, pays nothing."""
    order = (await store.lock_all(unit, [order_id])).get(order_id)
    if order is None or order.store_code != store_code or order.total.currency != amount.currency:
        return
    paid, events = order.pay(amount, sale_id, at)
    store.save(unit, paid, events)
