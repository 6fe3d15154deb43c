"""What a till shows: what the store sells at which price, and the orders that are on their way to the counter."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from lintel_contracts import catalog_prices, catalog_products, inventory_stock, orders_orders, pickup_pickups
from lintel_contracts.catalog_prices import PricesChanged, PriceWindow, best_window
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

_STATUSES: dict[str, str] = {
    OrderPlaced.type: "placed",
    OrderConfirmed.type: "confirmed",
    OrderReady.type: "ready",
    OrderCancelRequested.type: "cancelling",
}
"""An order whose newest event is another has ended."""
_Model = TypeVar("_Model", bound=Event)


def listing(memory: Memory, store: str, at: datetime) -> dict[str, Any]:
    """Plain JSON: `shelf` by sku, `orders` by id."""
    return {"shelf": dict(_shelf(memory, store, at)), "orders": dict(_orders(memory))}


def price_at(prices: PricesChanged | None, store: str, at: datetime) -> PriceWindow | None:
    """The price that holds at the store's counter."""
    return best_window(prices, Channel.STORE, store, None, at)


def _shelf(memory: Memory, store: str, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    products = {product.sku: product for product in _all(memory, ProductChanged)}
    prices = {price.sku: price for price in _all(memory, PricesChanged)}
    for stock in _all(memory, StockLevelChanged):
        product, window = products.get(stock.sku), price_at(prices.get(stock.sku), store, at)
        if product and product.status is ProductStatus.ACTIVE and window:
            price = window.price.model_dump(mode="json")
            yield stock.sku, {"name": product.name, "price": price, "available": stock.available}


def _orders(memory: Memory) -> Iterator[tuple[str, dict[str, Any]]]:
    arrived = {event.order_id for event in _all(memory, CustomerArrived)}
    for order_id, events in groupby(memory.of(orders_orders.TOPIC.name), key=lambda event: event.subject):
        data = {event.type: event.data for event in events}  # in order: the last is the newest
        status = _STATUSES.get(list(data)[-1])
        if status and OrderPlaced.type in data:
            placed = OrderPlaced.model_validate_json(data[OrderPlaced.type])
            lines = [{"sku": line.sku, "quantity": line.quantity} for line in placed.lines]
            yield order_id, {"number": placed.number, "status": status, "here": order_id in arrived, "lines": lines}


def _all(memory: Memory, model: type[_Model]) -> Iterator[_Model]:
    for event in memory.of(model.topic.name):
        if event.type == model.type:
            yield model.model_validate_json(event.data)
