"""Placing an order: priced from local copies, stored and published in one statement; the saga does the rest."""

from dataclasses import replace
from datetime import datetime

import orjson

from lintel_chassis.auth.caller import CARE, Caller
from lintel_chassis.ids import new_id
from lintel_contracts.errors import Conflict, Forbidden, Invalid
from lintel_contracts.orders_orders import OrderLine, OrderPlaced, PaymentMethod
from lintel_contracts.values import Money
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.copies.queries import pricing_data_and_buyer
from lintel_orders.customers import commands as customers
from lintel_orders.orders import store
from lintel_orders.orders.domain import Order, PaymentStatus, Placement, Status
from lintel_orders.orders.number import new_number
from lintel_orders.orders.request import OrderRequest
from lintel_orders.pricing.domain import PricedLine, Quote, TaxRates, price, selling_store
from lintel_orders.pricing.queries import refuse_claims
from lintel_orders.pricing.rendering import content_of


async def place_order(
    unit: UnitOfWork, caller: Caller, request: OrderRequest, rates: TaxRates, at: datetime
) -> tuple[Order, Placement]:
    """Price, store, publish. Raise Invalid or Conflict naming the field, with nothing stored."""
    buyer = _buyer(caller, request)
    unit.context = replace(unit.context, channel=request.channel)
    refuse_claims(request.claims)
    if request.payment_method is PaymentMethod.CARD:
        raise Invalid("payment_method_unavailable", "Cards are not taken here yet.", "/payment/method")
    if request.external and await store.external_order(unit, request.external.source, request.external.id):
        raise Conflict("duplicate_external_order", "This marketplace order is here already.", "/external/id")
    skus = {line.sku for line in request.lines}
    known, owner = await pricing_data_and_buyer(unit, request.store_code, skus, buyer)
    selling = selling_store(known, "/fulfilment/store_code")
    priced = price(request.lines, request.channel, selling, known, rates, at)
    placement = Placement(new_number(), request.channel, content_of(priced), request.external)
    _expect(request.expected_total, priced, placement.content)
    owner = owner or customers.introduce(unit, buyer)
    customers.name_actor(unit, caller.known_as(owner))
    order = _new_order(owner, request, priced, at)
    order = store.add(unit, order, placement, [_placed(order, owner, placement.number, request, priced)])
    if request.contact:
        customers.add_contact(unit, order.id, request.contact)
    return order, placement


def _buyer(caller: Caller, request: OrderRequest) -> str:
    """The subject. Customer care orders for a customer; everybody else for themselves."""
    if request.customer_id is None:
        return caller.subject
    if not caller.has(CARE):
        raise Forbidden("not_yours", "Only customer care orders for somebody else.", "/customer_id")
    return request.customer_id


def _expect(expected: Money | None, priced: Quote, content: bytes) -> None:
    if expected is None or expected == priced.total:
        return
    if expected.currency != priced.total.currency:
        detail = f"This store sells in {priced.total.currency}."
        raise Invalid("wrong_currency", detail, "/expected_total/currency")
    raise Conflict("price_changed", "The total is another one by now.", "/expected_total", quote=orjson.loads(content))


def _new_order(owner: str, request: OrderRequest, priced: Quote, at: datetime) -> Order:
    paid_elsewhere = request.payment_method is PaymentMethod.EXTERNAL
    return Order(
        id=new_id(),
        owner=owner,
        store_code=priced.store_code,
        status=Status.PLACED,
        total=priced.total,
        paid=priced.total if paid_elsewhere else Money.zero(priced.total.currency),
        payment_method=request.payment_method,
        payment_status=PaymentStatus.EXTERNAL if paid_elsewhere else PaymentStatus.NONE,
        placed_at=at,
        slot_id=request.slot_id,
    )


def _placed(order: Order, owner: str, number: str, request: OrderRequest, priced: Quote) -> OrderPlaced:
    return OrderPlaced(
        order_id=order.id,
        store_code=order.store_code,
        number=number,
        owner=owner,
        channel=request.channel,
        slot_id=order.slot_id,
        lines=tuple(map(_line, priced.lines)),
        total=priced.total,
        prices_include_tax=priced.prices_include_tax,
        payment_method=order.payment_method,
        hold_id=request.hold_id,
        placed_at=order.placed_at,
    )


def _line(line: PricedLine) -> OrderLine:
    return OrderLine(
        line_id=line.line_id,
        sku=line.product.sku,
        name=line.product.name,
        unit=line.product.unit,
        price_per=line.product.price_per,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total=line.total,
    )
