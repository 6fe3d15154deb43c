"""Placing an order: priced from local copies, stored and announced in one statement; the saga does the rest."""

from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from lintel_chassis.auth.caller import CARE, Caller
from lintel_chassis.ids import new_id
from lintel_contracts.errors import Conflict, Forbidden, Invalid, NotFound
from lintel_contracts.orders_orders import OrderLine, OrderPlaced, PaymentMethod
from lintel_contracts.values import Money
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders import copies, customers, repository
from lintel_orders.domain.number import new_number
from lintel_orders.domain.order import Order, PaymentStatus, Status
from lintel_orders.domain.pricing import Quote, TaxRates, WantedLine, price, selling_store
from lintel_orders.inputs import PlaceOrderInput, QuoteInput
from lintel_orders.rendering import content_of, render


@dataclass(frozen=True, slots=True)
class Placed:
    """A new order, and its view as JSON."""

    order_id: str
    view: bytes


async def quote(unit: UnitOfWork, wanted: QuoteInput, rates: TaxRates, at: datetime) -> bytes:
    """JSON of the shape QuoteView. Raise as `price` and `selling_store` do."""
    _refuse_claims(wanted.claims)
    lines = _lines(wanted)
    shelf = await copies.shelf(unit, wanted.store_code, {line.sku for line in lines})
    store = selling_store(shelf, "/store_code")
    return content_of(price(lines, wanted.channel, store, shelf, rates, at))


async def place_order(
    unit: UnitOfWork, caller: Caller, wanted: PlaceOrderInput, rates: TaxRates, at: datetime
) -> Placed:
    """Price, store, announce. Raise Invalid or Conflict naming the field, with nothing stored."""
    buyer = _buyer(caller, wanted)
    unit.context = replace(unit.context, channel=wanted.channel)
    _refuse_claims(wanted.claims)
    if wanted.payment.method is PaymentMethod.CARD:
        raise Invalid("payment_method_unavailable", "Cards are not taken here yet.", "/payment/method")
    if wanted.external and await repository.external_order(unit, wanted.external.source, wanted.external.id):
        raise Conflict("duplicate_external_order", "This marketplace order is here already.", "/external/id")
    lines = _lines(wanted)
    store_code, skus = wanted.fulfilment.store_code, {line.sku for line in lines}
    shelf, owner = await copies.shelf_and_buyer(unit, store_code, skus, buyer)
    store = selling_store(shelf, "/fulfilment/store_code")
    priced = price(lines, wanted.channel, store, shelf, rates, at)
    content = content_of(priced)
    _expect(wanted.expected_total, priced, content)
    owner = owner or customers.introduce(unit, buyer)
    customers.name_actor(unit, caller.known_as(owner))
    order = _new_order(owner, wanted, priced, at)
    number = new_number()
    repository.add(
        unit,
        order,
        _placed(order, owner, number, wanted, priced),
        content=content,
        external=(wanted.external.source, wanted.external.id) if wanted.external else None,
    )
    if wanted.contact or wanted.pickup_person:
        contact = wanted.contact
        details = (contact.name, contact.email, contact.phone, contact.locale) if contact else (None,) * 4
        repository.add_contact(unit, order.id, (*details, wanted.pickup_person))
    return Placed(order.id, render(order, number, wanted.channel, content))


def _buyer(caller: Caller, wanted: PlaceOrderInput) -> str:
    """The subject. Customer care orders for a customer; everybody else for themselves."""
    if wanted.customer_id is None:
        return caller.subject
    if not caller.has(CARE):
        raise Forbidden("not_yours", "Only customer care orders for somebody else.", "/customer_id")
    return wanted.customer_id


def _refuse_claims(claims: tuple[str, ...]) -> None:
    if claims:
        raise Invalid("unknown_claim", f"There is no claim {claims[0]}.", "/claims/0")


def _expect(expected: Money | None, priced: Quote, content: bytes) -> None:
    if expected is None or expected == priced.total:
        return
    if expected.currency != priced.total.currency:
        detail = f"This store sells in {priced.total.currency}."
        raise Invalid("wrong_currency", detail, "/expected_total/currency")
    raise Conflict("price_changed", "The total is another one by now.", "/expected_total", quote=orjson.loads(content))


def _new_order(owner: str, wanted: PlaceOrderInput, priced: Quote, at: datetime) -> Order:
    paid_elsewhere = wanted.payment.method is PaymentMethod.EXTERNAL
    return Order(
        id=new_id(),
        owner=owner,
        store_code=priced.store_code,
        status=Status.PLACED,
        total=priced.total,
        paid=priced.total if paid_elsewhere else Money.zero(priced.total.currency),
        payment_method=wanted.payment.method,
        payment_status=PaymentStatus.EXTERNAL if paid_elsewhere else PaymentStatus.NONE,
        placed_at=at,
        slot_id=wanted.fulfilment.slot_id,
    )


def _placed(order: Order, owner: str, number: str, wanted: PlaceOrderInput, priced: Quote) -> OrderPlaced:
    return OrderPlaced(
        order_id=order.id,
        store_code=order.store_code,
        number=number,
        owner=owner,
        channel=wanted.channel,
        slot_id=order.slot_id,
        lines=tuple(
            OrderLine(
                line_id=line.line_id,
                sku=line.product.sku,
                name=line.product.name,
                unit=line.product.unit,
                price_per=line.product.price_per,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
            )
            for line in priced.lines
        ),
        total=priced.total,
        prices_include_tax=priced.prices_include_tax,
        payment_method=order.payment_method,
        hold_id=wanted.hold_id,
        placed_at=order.placed_at,
    )


def _lines(basket: QuoteInput | PlaceOrderInput) -> list[WantedLine]:
    if basket.cart_id is not None:
        raise NotFound("cart_not_found", "There is no such cart.", "/cart_id")
    if not basket.lines:
        raise Invalid("lines_required", "Name the lines, or a cart.", "/lines")
    return [WantedLine(line.sku, line.quantity) for line in basket.lines]
