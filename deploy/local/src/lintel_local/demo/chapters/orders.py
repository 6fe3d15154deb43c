"""Click and collect from the search for a store to hand-over, and an order that is cancelled."""

from collections.abc import Awaitable, Sequence
from typing import Any

from lintel_local.demo.chapter import Chapter, expect
from lintel_local.demo.client import Client, FrontDoor, Refused
from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.data.model import Line, Store
from lintel_local.demo.fixtures import geo_offers, inventory, orders, pickup
from lintel_local.demo.fixtures.context import Context
from lintel_local.demo.progress import cut, until


def _when_loaded(front: FrontDoor, data: Dataset) -> Sequence[Awaitable[None]]:
    """Every product can be quoted, and every store sells."""
    shopper, first = front.client("shopper", "demo-shopper"), data.stores[0].store_code
    baskets = [orders.lines(Line(product.sku, 1) for product in batch) for batch in cut(data.products)]
    products = [_quoted(shopper, first, basket) for basket in baskets]
    bestseller = orders.lines([Line(data.products[0].sku, 1)])
    return products + [_quoted(shopper, store.store_code, bestseller) for store in data.stores]


async def _quoted(shopper: Client, store: str, lines: Sequence[Any]) -> None:
    async def refusal() -> str:
        try:
            await shopper.post("/v1/quotes", {"channel": "web", "store_code": store, "lines": lines})
        except Refused as refused:
            return str(refused)
        return ""

    await until(refusal, lambda said: not said, f"a quote for {len(lines)} products in {store}")


async def _click_and_collect(demo: Context) -> None:
    store, products = demo.data.stores[0], demo.data.products[1:4]
    lines = [Line(product.sku, 1 + number) for number, product in enumerate(products)]
    await inventory.stock(demo, {(store.store_code, line.sku): 20 for line in lines})
    shopper = await demo.front.visitor()
    what = f"a store near {store.city} has {lines[0].sku}"
    nearby = await until(lambda: geo_offers.nearby(shopper, store, 5000, lines[0].sku), bool, what)
    demo.terminal.say(f"Near the shopper: {nearby[0]['name']}, {nearby[0]['distance_m']:.0f} m, has {products[0].name}")
    since = len(demo.watcher.events)
    order = await orders.place(shopper, store, lines)
    expect(order["status"] == "confirmed", f"an order of goods in stock is confirmed, not {order['status']}")
    demo.terminal.say(f"Order {order['number']}, {order['total']['amount']} USD: {order['status']}")
    await _collect(demo, shopper, store, order)
    done = await shopper.get(f"/v1/orders/{order['id']}", wait="completed", timeout_s=20)
    expect(done["status"] == "completed", f"what was handed over is completed, not {done['status']}")
    expected = ("OrderCompleted", "StockIssued", "PickupHandedOver", "PaymentCaptured")
    demo.terminal.events(await demo.watcher.caused(since, {order["id"]: expected}))


async def _collect(demo: Context, shopper: Client, store: Store, order: Any) -> None:
    """The store picks, the shopper comes, pays at the till, and gets the goods for the code."""
    await pickup.prepare(demo, store, order)
    associate, path = demo.associate(store), f"/v1/pickups/{order['id']}"
    await shopper.post(f"{path}/arrive", {"method": "app"})
    code = (await shopper.get(f"{path}/code"))["code"]
    lines = [{**line, "order_line_id": line["line_id"]} for line in order["lines"]]
    sale = orders.sale(demo, store, lines, order["total"])
    await demo.till(store).post("/v1/sales", {**sale, "order_id": order["id"]})
    await until(lambda: associate.get(path), lambda seen: not seen["payment"]["due"], "the payment is known")
    try:
        await associate.post(f"{path}/hand-over", {"code": code[::-1] if code != code[::-1] else f"{code}0"})
    except Refused as refused:
        demo.terminal.say(f"A wrong code is refused: {refused.slug}")
    else:
        expect(holds=False, what="goods are not handed over for a wrong code")
    await associate.post(f"{path}/hand-over", {"code": code})
    demo.terminal.say(f"Picked, arrived, paid at the till, handed over for code {code}")


async def _cancelled(demo: Context) -> None:
    store, product = demo.data.stores[2], demo.data.products[5]
    key, pieces = (store.store_code, product.sku), 3
    await inventory.stock(demo, {key: pieces})
    slot_id, free = list((await pickup.slots(demo, store)).items())[-1]
    since = len(demo.watcher.events)
    shopper = await demo.front.visitor()
    order = await orders.place(shopper, store, [Line(product.sku, 2)], slot_id)
    expect(order["status"] == "confirmed", f"it is confirmed, not {order['status']}")
    during = await inventory.available(demo, key), (await pickup.slots(demo, store))[slot_id]
    await shopper.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed my mind"})
    ended = await shopper.get(f"/v1/orders/{order['id']}", wait="cancelled", timeout_s=20)
    expect(ended["status"] == "cancelled", f"it is cancelled, not {ended['status']}")
    expected = ("OrderCancelled", "StockReleased", "PickupCancelled")
    events = await demo.watcher.caused(since, {order["id"]: expected})
    after = await inventory.available(demo, key), (await pickup.slots(demo, store))[slot_id]
    expect(after == (pieces, free), f"stock and slot are back at {(pieces, free)}, not {after}")
    demo.terminal.say(f"Order {order['number']} of 2 pieces: {ended['status']} by the {ended['status_reason']}")
    demo.terminal.say(f"Available {pieces}, then {during[0]}, then {after[0]}")
    demo.terminal.say(f"Free places in its slot {free}, then {during[1]}, then {after[1]}")
    demo.terminal.events(events)


CHAPTER = Chapter(
    when_loaded=_when_loaded,
    scenarios={
        "Click and collect, to hand-over": _click_and_collect,
        "A cancelled order gives back stock and slot": _cancelled,
    },
)
