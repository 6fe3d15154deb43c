"""What a till shows: what the store sells at which price, and the orders that are on their way to the counter."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeVar

from lintel_contracts import catalog_prices, catalog_products, inventory_stock, orders_orders, pickup_pickups
from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.event import Event
from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_contracts.orders_orders import (
    OrderCancelRequested,
    OrderConfirmed,
    OrderPlaced,
    OrderReady,
)
from lintel_contracts.pickup_pickups import CustomerArrived
from lintel_contracts.values import Channel
from memory import Memory

TOPICS = (
    catalog_products.TOPIC, catalog_prices.TOPIC, inventory_stock.TOPIC, orders_orders.TOPIC, pickup_pickups.TOPIC
)  # fmt: skip

_STAGES: dict[str, str] = {
    OrderPlaced.type: "placed",
    OrderConfirmed.type: "confirmed",
    OrderReady.type: "ready",
    OrderCancelRequested.type: "cancelling",
}
"""An order whose newest event is another has ended."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_Model = TypeVar("_Model", bound=Event)


def listing(memory: Memory, store: str, at: datetime) -> dict[str, Any]:
    """Plain JSON: `shelf` by sku, `orders` by id."""
    return {"shelf": dict(_shelf(memory, store, at)), "orders": dict(_orders(memory))}


def price_at(prices: PricesChanged, store: str, at: datetime) -> PriceWindow | None:
    """The price that holds at the store's counter: the rule is `PriceWindow`'s."""
    held = [
        window
        for window in prices.windows
        if (window.valid_from is None or window.valid_from <= at)
        and (window.valid_until is None or at < window.valid_until)
        and (window.store_codes is None or store in window.store_codes)
        and (window.channels is None or Channel.STORE in window.channels)
    ]
    return max(held, key=_precedence, default=None)


def _precedence(window: PriceWindow) -> tuple[bool, bool, datetime]:
    return window.store_codes is not None, window.channels is not None, window.valid_from or _BEGINNING


def _shelf(memory: Memory, store: str, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    products = {product.sku: product for product in _all(memory, ProductChanged)}
    prices = {price.sku: price for price in _all(memory, PricesChanged)}
    for stock in _all(memory, StockLevelChanged):
        product, priced = products.get(stock.sku), prices.get(stock.sku)
        window = price_at(priced, store, at) if priced else None
        if product and product.status is ProductStatus.ACTIVE and window:
            price = window.price.model_dump(mode="json")
            yield stock.sku, {"name": product.name, "price": price, "available": stock.available}


def _orders(memory: Memory) -> Iterator[tuple[str, dict[str, Any]]]:
    arrived = {event.order_id for event in _all(memory, CustomerArrived)}
    for order_id, events in groupby(memory.of(orders_orders.TOPIC.name), key=lambda heard: heard.subject):
        heard = {event.type: event.data for event in events}  # in order: the last is the newest
        stage = _STAGES.get(list(heard)[-1])
        if stage and OrderPlaced.type in heard:
            placed = OrderPlaced.model_validate_json(heard[OrderPlaced.type])
            lines = [{"sku": line.sku, "quantity": line.quantity} for line in placed.lines]
            yield order_id, {"number": placed.number, "stage": stage, "here": order_id in arrived, "lines": lines}


def _all(memory: Memory, model: type[_Model]) -> Iterator[_Model]:
    for heard in memory.of(model.topic.name):
        if heard.type == model.type:
            yield model.model_validate_json(heard.data)
