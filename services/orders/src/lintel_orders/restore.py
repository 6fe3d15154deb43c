"""After a restore: orders, payments and sales as their own facts on the log tell them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, get_args

import orjson

from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.orders_customers import CustomerErased
from lintel_contracts.orders_orders import OrderLine, OrderPlaced
from lintel_contracts.orders_sales import SaleRecorded
from lintel_contracts.pickup_pickups import PickupReady, PickupSlotBooked
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_orders import copies, customers, repository
from lintel_orders.domain.order import Order
from lintel_orders.domain.pricing import Shelf, TaxRates, priced_line, quote_of
from lintel_orders.domain.retelling import OwnFact, begun, heard_again, retold
from lintel_orders.rendering import content_of
from lintel_orders.repository import Changed

_LOST = (
    "Of orders placed after the backup: contact data, a marketplace's own number of its order, whose they are if the "
    "backup does not know the customer, and taxes are worked out again from today's rates. To whom tills sold. Answers "
    "kept for repeated requests: a client that repeats one orders again."
)


def restoration(rates: TaxRates) -> Restoration:
    types = (*get_args(OwnFact), SaleRecorded, CustomerErased, PickupSlotBooked, PickupReady)
    return Restoration(types, partial(_take_up, rates=rates), _LOST)


async def _take_up(unit: UnitOfWork, told: History, rates: TaxRates) -> Mapping[str, int]:
    lives: dict[str, list[Delivery[Any]]] = defaultdict(list)
    sales: dict[str, SaleRecorded] = {}
    erased = [delivery.event.customer for delivery in told if isinstance(delivery.event, CustomerErased)]
    customers.forget(unit, erased)
    await unit.flush()
    for delivery in told:
        if isinstance(delivery.event, SaleRecorded):
            sales[delivery.event.sale_id] = delivery.event
        elif not isinstance(delivery.event, CustomerErased):
            lives[delivery.event.order_id].append(delivery)
    before = await repository.lock_all(unit, lives)
    done = Counter(await _insert_missing(unit, lives, before, rates))
    changes = []
    for order_id, order in sorted(before.items()):
        after = _brought_up(order, lives[order_id])
        if after.sequence > order.sequence:
            done["orders brought up to their last fact"] += 1
            changes.append(Changed(after))
    await unit.flush()  # a row is written once a statement
    repository.save(unit, changes)
    done["sales taken up"] = await _take_up_sales(unit, sales)
    return done


def _brought_up(order: Order, life: Iterable[Delivery[Any]]) -> Order:
    """After those of its facts that are newer than it is, in their order over all topics."""
    own = [one for one in life if isinstance(one.event, OwnFact) and number_of(one) > order.sequence]
    if not own:
        return order
    for delivery in sorted(own, key=number_of):
        order = replace(retold(order, delivery.event), sequence=number_of(delivery))
    for delivery in life:
        if isinstance(delivery.event, PickupSlotBooked | PickupReady):
            order = heard_again(order, delivery.event)
    return order


async def _insert_missing(
    unit: UnitOfWork, lives: Mapping[str, list[Delivery[Any]]], known: dict[str, Order], rates: TaxRates
) -> Mapping[str, int]:
    """The rows of orders that the tables do not know, as they were placed; they are added to `known`."""
    missing = [one.event for life in lives.values() for one in life if isinstance(one.event, OrderPlaced)]
    missing = [placed for placed in missing if placed.order_id not in known]
    shelves: dict[str, Shelf] = {}
    for store in {placed.store_code for placed in missing}:
        skus = {line.sku for placed in missing if placed.store_code == store for line in placed.lines}
        shelves[store] = await copies.shelf(unit, store, skus)
    owners = await customers.known(unit, (placed.owner for placed in missing))
    for placed in missing:
        begins = begun(placed)
        known[placed.order_id] = begins if placed.owner in owners else replace(begins, owner=None)
        content = _content(placed, shelves[placed.store_code], rates)
        repository.insert(unit, known[placed.order_id], placed, content=content)
    return {"orders made again": len(missing)}


def _content(placed: OrderPlaced, shelf: Shelf, rates: TaxRates) -> bytes:
    country: Mapping[str, Decimal] = rates.get(shelf.store.country, {}) if shelf.store else {}
    lines = tuple(
        priced_line(line.line_id, _product(line, shelf), line.quantity, line.unit_price, line.total, country)
        for line in placed.lines
    )
    return content_of(quote_of(placed.store_code, placed.total.currency, lines))


def _product(line: OrderLine, shelf: Shelf) -> ProductChanged:
    """As it was ordered, with what only the copy knows of it."""
    known = shelf.products.get(line.sku)
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


async def _take_up_sales(unit: UnitOfWork, sales: Mapping[str, SaleRecorded]) -> int:
    """Their payments are facts of their own."""
    missing = sales.keys() - await repository.known_sales(unit, sales)
    for sale_id in sorted(missing):
        repository.insert_sale(unit, sales[sale_id], None, _as_sent(sales[sale_id]))
    return len(missing)


def _as_sent(sale: SaleRecorded) -> str:
    """As far as the event tells what the till sent."""
    told = sale.model_dump(mode="json", exclude_none=True, exclude={"received_at"})
    renamed = {"sale_id": "id", "register_id": "register", "occurred_at": "device_time"}
    return orjson.dumps({renamed.get(name, name): value for name, value in told.items()}).decode()
