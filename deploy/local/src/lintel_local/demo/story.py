"""One story, told through the front door only, each step with the events it caused."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lintel_local.demo.assortment import Line
from lintel_local.demo.channel import Channel, Refused
from lintel_local.demo.loading import POLICY, until
from lintel_local.demo.places import Store
from lintel_local.demo.stage import Stage, order, usd
from lintel_local.errors import LocalError

_HOLD_FOR = "PT3S"


async def tell(stage: Stage) -> None:
    """All steps. Raise LocalError when one does not end as it should."""
    for number, (title, step) in enumerate(_STEPS.items(), start=1):
        stage.show.title(f"{number}. {title}")
        await step(stage)


async def _click_and_collect(stage: Stage) -> None:
    store, products = stage.room.stores[0], stage.room.products[1:4]
    lines = [Line(product.sku, 1 + number) for number, product in enumerate(products)]
    await stage.stock({(store.store_code, line.sku): 20 for line in lines})
    shopper = await stage.front.visitor()
    near = {"lat": store.lat, "lon": store.lon, "radius_m": 5000, "sku": lines[0].sku}
    what = f"a store near {store.city} has {lines[0].sku}"
    found = (await until(lambda: shopper.get("/v1/stores", **near), lambda seen: seen["items"], what))["items"][0]
    stage.show.say(f"Near the shopper: {found['name']}, {found['distance_m']:.0f} m, has {products[0].name}")
    since = len(stage.watcher.events)
    placed = await order(shopper, store, lines)
    _expect(placed["status"] == "confirmed", f"an order of goods in stock is confirmed, not {placed['status']}")
    stage.show.say(f"Order {placed['number']}, {placed['total']['amount']} USD: {placed['status']}")
    await _collect(stage, shopper, store, placed)
    done = await shopper.get(f"/v1/orders/{placed['id']}", wait="completed", timeout_s=20)
    _expect(done["status"] == "completed", f"what was handed over is completed, not {done['status']}")
    expected = ("OrderCompleted", "StockIssued", "PickupHandedOver", "PaymentCaptured")
    stage.show.events(await stage.watcher.caused(since, {placed["id"]: expected}))


async def _collect(stage: Stage, shopper: Channel, store: Store, placed: Any) -> None:
    """The store picks, the shopper comes, pays at the till, and gets the goods for the code."""
    await stage.prepare(store, placed)
    associate, path = stage.associate(store), f"/v1/pickups/{placed['id']}"
    await shopper.post(f"{path}/arrive", {"method": "app"})
    code = (await shopper.get(f"{path}/code"))["code"]
    lines = [{**line, "order_line_id": line["line_id"]} for line in placed["lines"]]
    await stage.till(store).post("/v1/sales", {**stage.sale(store, lines, placed["total"]), "order_id": placed["id"]})
    await until(lambda: associate.get(path), lambda pickup: not pickup["payment"]["due"], "the payment is known")
    try:
        await associate.post(f"{path}/hand-over", {"code": code[::-1] if code != code[::-1] else f"{code}0"})
    except Refused as refused:
        stage.show.say(f"A wrong code is refused: {refused.slug}")
    else:
        _expect(holds=False, what="goods are not handed over for a wrong code")
    await associate.post(f"{path}/hand-over", {"code": code})
    stage.show.say(f"Picked, arrived, paid at the till, handed over for code {code}")


async def _last_unit(stage: Stage) -> None:
    store, product = stage.room.stores[1], stage.room.products[4]
    place = (store.store_code, product.sku)
    await stage.stock({place: 1})
    held = (await stage.position(place))["reserved"]
    stage.show.say(f"One piece left of {product.name} in {store.city}; two shoppers press the button")
    since = len(stage.watcher.events)
    shoppers = [await stage.front.visitor() for _ in range(2)]
    orders = await asyncio.gather(*(order(shopper, store, [Line(product.sku, 1)]) for shopper in shoppers))
    told = sorted(placed["status"] for placed in orders)
    _expect(told == ["confirmed", "rejected"], f"one is told yes and one no, not {told}")
    events = await stage.watcher.caused(since, {placed["id"]: _DECIDED[placed["status"]] for placed in orders})
    stock = await stage.position(place)
    _expect((stock["reserved"], stock["available"]) == (held + 1, 0), f"the winner alone holds something, not {stock}")
    for placed in orders:
        reason = placed.get("status_reason")
        stage.show.say(f"Order {placed['number']}: {placed['status']}{f', {reason}' if reason else ''}")
    stage.show.say(f"Reserved {held} before and {stock['reserved']} now, available {stock['available']}")
    stage.show.events(events)


_DECIDED = {
    "confirmed": ("StockReserved", "PickupSlotBooked", "OrderConfirmed"),
    "rejected": ("StockReservationRejected", "OrderRejected"),
}


async def _cancelled(stage: Stage) -> None:
    store, product = stage.room.stores[2], stage.room.products[5]
    place, pieces = (store.store_code, product.sku), 3
    await stage.stock({place: pieces})
    slot_id, places = list((await stage.slots(store)).items())[-1]
    since = len(stage.watcher.events)
    shopper = await stage.front.visitor()
    placed = await order(shopper, store, [Line(product.sku, 2)], slot_id)
    _expect(placed["status"] == "confirmed", f"it is confirmed, not {placed['status']}")
    during = await stage.available(place), (await stage.slots(store))[slot_id]
    await shopper.post(f"/v1/orders/{placed['id']}/cancel", {"reason": "changed my mind"})
    ended = await shopper.get(f"/v1/orders/{placed['id']}", wait="cancelled", timeout_s=20)
    _expect(ended["status"] == "cancelled", f"it is cancelled, not {ended['status']}")
    events = await stage.watcher.caused(since, {placed["id"]: ("OrderCancelled", "StockReleased", "PickupCancelled")})
    after = await stage.available(place), (await stage.slots(store))[slot_id]
    _expect(after == (pieces, places), f"stock and slot are back at {(pieces, places)}, not {after}")
    stage.show.say(f"Order {placed['number']} of 2 pieces: {ended['status']} by the {ended['status_reason']}")
    stage.show.say(f"Available {pieces}, then {during[0]}, then {after[0]}")
    stage.show.say(f"Free places in its slot {places}, then {during[1]}, then {after[1]}")
    stage.show.events(events)


async def _no_show(stage: Stage) -> None:
    store, product = stage.room.stores[3], stage.room.products[6]
    place, pieces = (store.store_code, product.sku), 5
    await stage.stock({place: pieces})
    path = f"/v1/pickup-policies/{store.store_code}"
    await stage.ops.put(path, {**POLICY, "hold_for": _HOLD_FOR, "remind_after": "PT1S"})
    since = len(stage.watcher.events)
    shopper = await stage.front.visitor()
    placed = await order(shopper, store, [Line(product.sku, 1)])
    await stage.prepare(store, placed)
    await stage.ops.put(path, POLICY)
    stage.show.say(f"Order {placed['number']} is ready; {store.city} holds it for {_HOLD_FOR}, and nobody comes")
    ended = await shopper.get(f"/v1/orders/{placed['id']}", wait="expired", timeout_s=30)
    _expect(ended["status"] == "expired", f"it expires, and is not {ended['status']}")
    events = await stage.watcher.caused(since, {placed["id"]: ("PickupExpired", "OrderExpired", "StockReleased")})
    left = await stage.available(place)
    _expect(left == pieces, f"{pieces} are available again, not {left}")
    stage.show.say(f"Expired, and its piece is for sale again: available {left}")
    stage.show.events(events)


async def _till_sale(stage: Stage) -> None:
    store, product = stage.room.stores[4], stage.room.products[7]
    place, before, sold = (store.store_code, product.sku), 7, 2
    await stage.stock({place: before})
    await until(lambda: stage.online(place), lambda seen: seen == before, "the stock is seen online")
    since = len(stage.watcher.events)
    line = {"sku": product.sku, "quantity": sold, "unit_price": usd(product.price)}
    sale = stage.sale(store, [line], usd(sold * product.price))
    await stage.till(store).post("/v1/sales", sale)
    left = before - sold
    await until(lambda: stage.online(place), lambda seen: seen == left, "the sale is seen online")
    await until(lambda: stage.on_the_map(store, product.sku), lambda seen: seen == left, "the sale is seen on the map")
    stage.show.say(f"Online {before} before; a till in {store.city} sells {sold}; online, and on the map, {left} after")
    expected = {sale["id"]: ("SaleRecorded",), "|".join(place): ("StockLevelChanged",)}
    stage.show.events(await stage.watcher.caused(since, expected))


_STEPS: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    "Click and collect, to hand-over": _click_and_collect,
    "Two shoppers and the last unit": _last_unit,
    "A cancelled order gives back stock and slot": _cancelled,
    "Nobody comes: a no-show": _no_show,
    "A sale in the store is seen online": _till_sale,
}


def _expect(holds: object, what: str) -> None:
    if not holds:
        raise LocalError(f"the story went wrong: {what}")
