"""After a restore: orders, payments and sales as their own facts on the log have them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, get_args

from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.orders_customers import CustomerErased
from lintel_contracts.orders_orders import OrderLine, OrderPlaced
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.pickup_pickups import PickupReady, PickupSlotBooked
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_orders.copies.domain import PricingData
from lintel_orders.copies.queries import pricing_data
from lintel_orders.customers import commands as customers
from lintel_orders.orders import history
from lintel_orders.orders import store as orders
from lintel_orders.orders.domain import Order, Placement
from lintel_orders.pricing.domain import TaxRates, priced_line, quote_of
from lintel_orders.pricing.rendering import content_of
from lintel_orders.sales import store as sales
from lintel_orders.sales.history import content_of as sale_content_of

_UNKNOWN = {
    "contacts": "Contact data of orders placed after the backup.",
    "external": "A marketplace's own id of such an order.",
    "owners": "Whose such an order is, if the backup does not know the customer; to whom tills sold.",
    "taxes": "Taxes of such an order: they are worked out again from today's rates.",
    "answers": "Answers kept for repeated requests: a client that repeats one orders again.",
}


def restoration(rates: TaxRates) -> Restoration:
    types = (*get_args(history.OwnFact), SaleRecorded, CustomerErased, PickupSlotBooked, PickupReady)
    return Restoration(types, partial(_take_up, rates=rates), _UNKNOWN)


async def _take_up(unit: UnitOfWork, past: History, rates: TaxRates) -> Mapping[str, int]:
    facts: dict[str, list[Delivery[Any]]] = defaultdict(list)
    recorded: dict[str, SaleRecorded] = {}
    customers.forget(unit, [delivery.event.customer for delivery in past if isinstance(delivery.event, CustomerErased)])
    await unit.flush()
    for delivery in past:
        if isinstance(delivery.event, SaleRecorded):
            recorded[delivery.event.sale_id] = delivery.event
        elif not isinstance(delivery.event, CustomerErased):
            facts[delivery.event.order_id].append(delivery)
    before = await orders.lock_all(unit, facts)
    done = Counter(await _add_missing(unit, facts, before, rates))
    await unit.flush()  # a row is written once a statement
    for order_id, order in sorted(before.items()):
        after = _brought_up(order, facts[order_id])
        if after.sequence > order.sequence:
            done["orders brought up to their last fact"] += 1
            orders.save(unit, after, ())
    done["sales taken up"] = await _add_missing_sales(unit, recorded)
    return done


def _brought_up(order: Order, facts: Iterable[Delivery[Any]]) -> Order:
    """After those of its facts that are newer than it is, in their order over all topics."""
    own = [
        delivery
        for delivery in facts
        if isinstance(delivery.event, history.OwnFact) and number_of(delivery) > order.sequence
    ]
    if not own:
        return order
    for delivery in sorted(own, key=number_of):
        order = replace(history.after(order, delivery.event), sequence=number_of(delivery))
    for delivery in facts:
        if isinstance(delivery.event, PickupSlotBooked | PickupReady):
            order = history.with_pickup_fact(order, delivery.event)
    return order


async def _add_missing(
    unit: UnitOfWork, facts: Mapping[str, list[Delivery[Any]]], known: dict[str, Order], rates: TaxRates
) -> Mapping[str, int]:
    """The rows of orders that the tables do not know, as they were placed; they are added to `known`."""
    missing = [
        delivery.event
        for deliveries in facts.values()
        for delivery in deliveries
        if isinstance(delivery.event, OrderPlaced)
    ]
    missing = [placed for placed in missing if placed.order_id not in known]
    copies: dict[str, PricingData] = {}
    for store in {placed.store_code for placed in missing}:
        skus = {line.sku for placed in missing if placed.store_code == store for line in placed.lines}
        copies[store] = await pricing_data(unit, store, skus)
    owners = await customers.known(unit, (placed.owner for placed in missing))
    for placed in missing:
        opened = history.opened(placed)
        known[placed.order_id] = opened if placed.owner in owners else replace(opened, owner=None)
        content = _content(placed, copies[placed.store_code], rates)
        orders.add(unit, known[placed.order_id], Placement(placed.number, placed.channel, content), ())
    return {"orders made again": len(missing)}


def _content(placed: OrderPlaced, copy: PricingData, rates: TaxRates) -> bytes:
    country: Mapping[str, Decimal] = rates.get(copy.store.country, {}) if copy.store else {}
    lines = tuple(
        priced_line(line.line_id, _product(line, copy), line.quantity, line.unit_price, line.total, country)
        for line in placed.lines
    )
    return content_of(quote_of(placed.store_code, placed.total.currency, lines))


def _product(line: OrderLine, copy: PricingData) -> ProductChanged:
    """As it was ordered, with what only the copy knows of it."""
    known = copy.products.get(line.sku)
    if known is not None:
        return known.model_copy(update={"name": line.name, "unit": line.unit, "price_per": line.price_per})
    return ProductChanged(
        sku=line.sku,
        name=line.name,
        category=(),
        unit=line.unit,
        price_per=line.price_per,
        tax_class="standard",
        status=ProductStatus.WITHDRAWN,
    )


async def _add_missing_sales(unit: UnitOfWork, recorded: Mapping[str, SaleRecorded]) -> int:
    """Their payments are facts of their own."""
    missing = recorded.keys() - await sales.known(unit, recorded)
    for sale_id in missing:
        sales.add(unit, recorded[sale_id], None, sale_content_of(recorded[sale_id]))
    return len(missing)
