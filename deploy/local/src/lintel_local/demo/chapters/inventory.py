"""Deliveries fill the shelves, two shoppers want the last unit, and a till sells what was online a moment ago."""

import asyncio

from lintel_local.demo.chapter import Chapter, expect
from lintel_local.demo.client import FrontDoor
from lintel_local.demo.data.dataset import KNOWN, Dataset
from lintel_local.demo.data.model import Line, Stock
from lintel_local.demo.fixtures import geo_offers, inventory, orders
from lintel_local.demo.fixtures.context import Context
from lintel_local.demo.progress import Report, in_batches, until


async def _load(front: FrontDoor, data: Dataset, report: Report) -> None:
    await _deliver(front, "stock", {key: pieces for key, pieces in data.stock.items() if key != KNOWN}, report)


async def load_known(front: FrontDoor, data: Dataset, report: Report) -> None:
    """The position that everybody looks for, last of all."""
    await _deliver(front, "bananas", {KNOWN: data.stock[KNOWN]}, report)


async def _deliver(front: FrontDoor, stage: str, stock: Stock, report: Report) -> None:
    """By ids that say what is delivered: what is loaded again is a duplicate."""
    ops = front.client("ops", "demo-ops")
    movements = [inventory.movement(f"demo-{'-'.join(key)}", key, pieces) for key, pieces in stock.items() if pieces]
    await in_batches(stage, ops, "/v1/movements/batch", movements, report)


async def _last_unit(demo: Context) -> None:
    store, product = demo.data.stores[1], demo.data.products[4]
    key = (store.store_code, product.sku)
    await inventory.stock(demo, {key: 1})
    held = (await inventory.position(demo, key))["reserved"]
    demo.terminal.say(f"One piece left of {product.name} in {store.city}; two shoppers press the button")
    since = len(demo.watcher.events)
    shoppers = [await demo.front.visitor() for _ in range(2)]
    placed = await asyncio.gather(*(orders.place(shopper, store, [Line(product.sku, 1)]) for shopper in shoppers))
    statuses = sorted(order["status"] for order in placed)
    expect(statuses == ["confirmed", "rejected"], f"one is confirmed and one rejected, not {statuses}")
    events = await demo.watcher.caused(since, {order["id"]: _DECIDED[order["status"]] for order in placed})
    seen = await inventory.position(demo, key)
    expect((seen["reserved"], seen["available"]) == (held + 1, 0), f"the winner alone holds something, not {seen}")
    for order in placed:
        reason = order.get("status_reason")
        demo.terminal.say(f"Order {order['number']}: {order['status']}{f', {reason}' if reason else ''}")
    demo.terminal.say(f"Reserved {held} before and {seen['reserved']} now, available {seen['available']}")
    demo.terminal.events(events)


_DECIDED = {
    "confirmed": ("StockReserved", "PickupSlotBooked", "OrderConfirmed"),
    "rejected": ("StockReservationRejected", "OrderRejected"),
}


async def _till_sale(demo: Context) -> None:
    store, product = demo.data.stores[4], demo.data.products[7]
    key, before, sold = (store.store_code, product.sku), 7, 2
    await inventory.stock(demo, {key: before})
    await until(lambda: inventory.online(demo, key), lambda seen: seen == before, "the stock is seen online")
    since = len(demo.watcher.events)
    line = {"sku": product.sku, "quantity": sold, "unit_price": orders.usd(product.price)}
    sale = orders.sale(demo, store, [line], orders.usd(sold * product.price))
    await demo.till(store).post("/v1/sales", sale)
    left = before - sold
    await until(lambda: inventory.online(demo, key), lambda seen: seen == left, "the sale is seen online")
    on_the_map = "the sale is seen on the map"
    await until(lambda: geo_offers.on_the_map(demo, store, product.sku), lambda seen: seen == left, on_the_map)
    demo.terminal.say(
        f"Online {before} before; a till in {store.city} sells {sold}; online, and on the map, {left} after"
    )
    expected = {sale["id"]: ("SaleRecorded",), "|".join(key): ("StockLevelChanged",)}
    demo.terminal.events(await demo.watcher.caused(since, expected))


CHAPTER = Chapter(
    load=_load,
    scenarios={
        "Two shoppers and the last unit": _last_unit,
        "A sale in the store is seen online": _till_sale,
    },
)
