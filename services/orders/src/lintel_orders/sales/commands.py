"""Recording what a till sold: a fact, always accepted once from the store's own tills."""

from dataclasses import replace
from datetime import datetime

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import Forbidden
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.values import Channel
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.customers.commands import pseudonym_of
from lintel_orders.orders.pay import pay_order
from lintel_orders.sales import store
from lintel_orders.sales.domain import SaleResult, TillSale


async def record_sale(unit: UnitOfWork, caller: Caller, sale: TillSale, at: datetime) -> SaleResult:
    """Raise Forbidden for another store's sale; one that is here already is a duplicate, whatever it says now.

    A sale that names an order pays that order.
    """
    fact = sale.fact
    if not caller.may_act_at(fact.store_code):
        raise Forbidden("foreign_store", f"This till is not one of {fact.store_code}'s.", "/store_code")
    if await store.known(unit, [fact.sale_id]):
        return "duplicate"
    unit.context = replace(unit.context, channel=Channel.STORE)
    owner = await pseudonym_of(unit, sale.subject) if sale.subject else None
    store.save(unit, fact, owner, sale.content)
    await _pay(unit, fact, at)
    return "accepted"


async def _pay(unit: UnitOfWork, sale: SaleRecorded, at: datetime) -> None:
    if sale.order_id is not None:
        await pay_order(unit, sale.order_id, sale.store_code, sale.total, sale.sale_id, at)
