"""Every store has slots to collect in, and one waits for somebody who does not come."""

from collections.abc import Awaitable, Sequence
from http import HTTPStatus

from lintel_local.demo.chapter import Chapter, expect
from lintel_local.demo.client import Client, FrontDoor, Refused
from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.data.model import Line
from lintel_local.demo.fixtures import inventory, orders, pickup
from lintel_local.demo.fixtures.context import Context
from lintel_local.demo.progress import Report, together, until

_POLICY = {"slot_length": "PT30M", "slot_capacity": 200, "lead_time": "PT15M", "hold_for": "P3D", "remind_after": "P1D"}
_HOLD_FOR = "PT3S"


async def _load(front: FrontDoor, data: Dataset, report: Report) -> None:
    ops = front.client("ops", "demo-ops")
    policies = [ops.put(f"/v1/pickup-policies/{store.store_code}", _POLICY) for store in data.stores]
    await together("pickup policies", policies, report)


def _when_loaded(front: FrontDoor, data: Dataset) -> Sequence[Awaitable[None]]:
    """Every store has slots."""
    return [_has_slots(front.anonymous(), store.store_code) for store in data.stores]


async def _has_slots(anybody: Client, store: str) -> None:
    async def slots() -> int:
        try:
            found = await anybody.get("/v1/slots", store_code=store, days=2)
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return 0
        return len(found["items"])

    await until(slots, bool, f"slots in {store}")


async def _no_show(demo: Context) -> None:
    store, product = demo.data.stores[3], demo.data.products[6]
    key, pieces = (store.store_code, product.sku), 5
    await inventory.stock(demo, {key: pieces})
    path = f"/v1/pickup-policies/{store.store_code}"
    await demo.ops.put(path, {**_POLICY, "hold_for": _HOLD_FOR, "remind_after": "PT1S"})
    since = len(demo.watcher.events)
    shopper = await demo.front.visitor()
    order = await orders.place(shopper, store, [Line(product.sku, 1)])
    await pickup.prepare(demo, store, order)
    await demo.ops.put(path, _POLICY)
    demo.terminal.say(f"Order {order['number']} is ready; {store.city} holds it for {_HOLD_FOR}, and nobody comes")
    ended = await shopper.get(f"/v1/orders/{order['id']}", wait="expired", timeout_s=30)
    expect(ended["status"] == "expired", f"it expires, and is not {ended['status']}")
    expected = ("PickupExpired", "OrderExpired", "StockReleased")
    events = await demo.watcher.caused(since, {order["id"]: expected})
    left = await inventory.available(demo, key)
    expect(left == pieces, f"{pieces} are available again, not {left}")
    demo.terminal.say(f"Expired, and its piece is for sale again: available {left}")
    demo.terminal.events(events)


CHAPTER = Chapter(load=_load, when_loaded=_when_loaded, scenarios={"Nobody comes: a no-show": _no_show})
