"""Recording what a till sold: a fact, always accepted once from the store's own tills."""

from dataclasses import replace
from datetime import datetime

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import Forbidden
from lintel_contracts.orders_sales import SaleLine, SaleRecorded, Tender
from lintel_contracts.values import Channel
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders import customers, repository
from lintel_orders.inputs import SaleInput
from lintel_orders.repository import Changed
from lintel_orders.views import SaleOutcome


async def record_sale(unit: UnitOfWork, caller: Caller, sale: SaleInput, at: datetime) -> SaleOutcome:
    """Raise Forbidden for another store's sale; one that is here already is a duplicate, whatever it says now.

    A sale that names an order pays that order.
    """
    if not caller.may_act_at(sale.store_code):
        raise Forbidden("foreign_store", f"This till is not one of {sale.store_code}'s.", "/store_code")
    if await repository.sale_exists(unit, sale.id):
        return SaleOutcome(id=sale.id, status="duplicate")
    unit.context = replace(unit.context, channel=Channel.STORE)
    content = sale.model_dump_json(by_alias=True, exclude_none=True, exclude={"customer_id", "visitor_id"})
    repository.add_sale(unit, _recorded(sale, at), await _owner(unit, sale), content)
    if sale.order_id is not None:
        await _pay(unit, sale, at)
    return SaleOutcome(id=sale.id, status="accepted")


async def _owner(unit: UnitOfWork, sale: SaleInput) -> str | None:
    subject = sale.customer_id or sale.visitor_id
    return await customers.pseudonym_of(unit, subject) if subject else None


async def _pay(unit: UnitOfWork, sale: SaleInput, at: datetime) -> None:
    """A sale of an order that is not here, or of another store or currency, stays a sale and pays nothing."""
    order = (await repository.lock_all(unit, [sale.order_id or ""])).get(sale.order_id or "")
    if order is None or order.store_code != sale.store_code or order.total.currency != sale.total.currency:
        return
    paid, events = order.pay(sale.total, sale.id, at)
    repository.save(unit, [Changed(paid, [(event, None) for event in events])])


def _recorded(sale: SaleInput, at: datetime) -> SaleRecorded:
    return SaleRecorded(
        sale_id=sale.id,
        store_code=sale.store_code,
        register_id=sale.register_code,
        business_day=sale.business_day,
        seq=sale.seq,
        lines=tuple(
            SaleLine(
                line_id=line.line_id,
                sku=line.sku,
                quantity=line.quantity,
                unit_price=line.unit_price,
                order_line_id=line.order_line_id,
                returns_sale_id=line.returns.sale_id if line.returns else None,
            )
            for line in sale.lines
        ),
        tenders=tuple(Tender(kind=tender.kind, amount=tender.amount) for tender in sale.tenders),
        total=sale.total,
        order_id=sale.order_id,
        hold_id=sale.hold_id,
        cart_id=sale.cart_id,
        occurred_at=sale.device_time,
        received_at=at,
    )
