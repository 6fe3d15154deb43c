"""Loading what the demo is stocked with, through the front door. Loading again changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from lintel_local.demo.assortment import Line, Place
from lintel_local.demo.channel import Channel, FrontDoor, Refused
from lintel_local.demo.stocking import Stock
from lintel_local.demo.stockroom import KNOWN, Stockroom
from lintel_local.errors import LocalError

T = TypeVar("T")
Report = Callable[[str, int, int], None]
"""Told of a stage, how much of it is done, and how much there is."""

POLICY = {"slot_length": "PT30M", "slot_capacity": 200, "lead_time": "PT15M", "hold_for": "P3D", "remind_after": "P1D"}
_BATCH = 500
_AT_ONCE = 4
_PATIENCE = 60.0


async def load(front: FrontDoor, room: Stockroom, report: Report) -> None:
    """Stores, policies, products with prices, stock; returns when every copy of them has arrived."""
    ops = front.somebody("ops", "demo-ops")
    merchandiser = front.somebody("merchandiser", "demo-merchandiser")
    stores = [ops.put(f"/v1/stores/{store.store_code}", store.body()) for store in room.stores]
    await _together("stores", stores, 1, len(stores), report)
    policies = [ops.put(f"/v1/pickup-policies/{store.store_code}", POLICY) for store in room.stores]
    await _together("pickup policies", policies, 1, len(policies), report)
    products = [product.body() for product in room.products]
    await _in_batches("products and prices", merchandiser, "/v1/products/batch", products, report)
    known = _delivery(f"demo-{'-'.join(KNOWN)}", KNOWN, room.stock[KNOWN])
    stock = {place: quantity for place, quantity in room.stock.items() if quantity and place != KNOWN}
    others = [_delivery(f"demo-{'-'.join(place)}", place, quantity) for place, quantity in stock.items()]
    await _in_batches("stock", ops, "/v1/movements/batch", others, report)
    await _arrived(front, room, report)
    await _in_batches("bananas", ops, "/v1/movements/batch", [known], report)


async def is_loaded(front: FrontDoor) -> bool:
    """Whether `load` has ever come to its end here."""
    try:
        await front.somebody("ops", "demo-ops").get(f"/v1/stock/{KNOWN[0]}/{KNOWN[1]}")
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


async def deliver(front: FrontDoor, wanted: Mapping[Place, int], run: str, report: Report) -> list[Place]:
    """Bring what is available in each place to this many pieces, by deliveries and corrections.

    Return the places where that was not so already.
    """
    ops = front.somebody("ops", "demo-ops")
    available: Stock = {}
    stores = sorted({store for store, _ in wanted})
    for done, store in enumerate(stores, start=1):
        available |= await _available(ops, store)
        report("looking at the shelves", done, len(stores))
    differences = {place: quantity - available.get(place, 0) for place, quantity in wanted.items()}
    missing = {place: quantity for place, quantity in differences.items() if quantity}
    bodies = [_delivery(f"{run}-{number}", *brought) for number, brought in enumerate(missing.items())]
    await _in_batches("delivery", ops, "/v1/movements/batch", bodies, report)
    return list(missing)


async def until(look: Callable[[], Awaitable[T]], good: Callable[[T], object], what: str) -> T:
    """Look again and again until it is good. Raise LocalError, saying what did not happen, after a minute."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while not good(seen := await look()):
        if asyncio.get_running_loop().time() > deadline:
            raise LocalError(f"not after {_PATIENCE:.0f} s: {what}; seen was {str(seen)[:300]}")
        await asyncio.sleep(0.05)
    return seen


async def _available(ops: Channel, store: str) -> Stock:
    found: Stock = {}
    cursor: dict[str, str] = {}
    while True:
        page = await ops.get("/v1/stock", store_code=store, limit=200, **cursor)
        found |= {(store, item["sku"]): item["available"] for item in page["items"]}
        if not page["next_cursor"]:
            return found
        cursor = {"cursor": page["next_cursor"]}


def _delivery(movement_id: str, place: Place, quantity: int) -> dict[str, Any]:
    kind, reason = ("receipt", "delivery") if quantity > 0 else ("adjustment", "more than the demo wants")
    store, sku = place
    return {
        "id": movement_id,
        "store_code": store,
        "sku": sku,
        "kind": kind,
        "quantity": quantity,
        "reason": reason,
    }


async def _arrived(front: FrontDoor, room: Stockroom, report: Report) -> None:
    """Every product can be quoted, every store sells and has slots: nobody works from an old copy."""
    shopper = front.somebody("shopper", "demo-shopper")
    one = [Line(room.products[0].sku, 1).body()]
    baskets = [[Line(p.sku, 1).body() for p in some] for some in _cut(room.products)]
    store = room.stores[0].store_code
    quotes = [_quoted(shopper, store, basket) for basket in baskets]
    quotes += [_quoted(shopper, store.store_code, one) for store in room.stores]
    slots = [_has_slots(front.anybody(), store.store_code) for store in room.stores]
    await _together("copies arriving", [*quotes, *slots], 1, len(quotes) + len(slots), report)


async def _quoted(shopper: Channel, store: str, lines: Sequence[Any]) -> None:
    async def look() -> str:
        try:
            await shopper.post("/v1/quotes", {"channel": "web", "store_code": store, "lines": lines})
        except Refused as refused:
            return str(refused)
        return ""

    await until(look, lambda refusal: not refusal, f"a quote for {len(lines)} products in {store}")


async def _has_slots(anybody: Channel, store: str) -> None:
    async def look() -> int:
        try:
            slots = await anybody.get("/v1/slots", store_code=store, days=2)
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return 0
        return len(slots["items"])

    await until(look, bool, f"slots in {store}")


async def _in_batches(stage: str, channel: Channel, path: str, items: Sequence[Any], report: Report) -> None:
    await _together(stage, [_batch(channel, path, some) for some in _cut(items)], _BATCH, len(items), report)


async def _batch(channel: Channel, path: str, items: Sequence[Any]) -> None:
    outcomes = (await channel.post(path, {"items": items}))["items"]
    if bad := [outcome for outcome in outcomes if outcome["status"] == "rejected"]:
        raise LocalError(f"{path} refused {len(bad)} of {len(items)} items, the first: {bad[0]}")


async def _together(stage: str, work: Iterable[Awaitable[None]], size: int, total: int, report: Report) -> None:
    """A few at a time, each worth `size` of the total."""
    done = 0
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(task: Awaitable[None]) -> None:
        nonlocal done
        async with places:
            await task
        done = min(done + size, total)
        report(stage, done, total)

    await asyncio.gather(*map(one, work))


def _cut(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
