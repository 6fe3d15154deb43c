"""What every step of the story needs: shoppers, the people in the store, shelves, and looks at what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from lintel_local.demo.assortment import CURRENCY, Line, Place
from lintel_local.demo.channel import Channel, FrontDoor
from lintel_local.demo.loading import Report, deliver, until
from lintel_local.demo.places import Store
from lintel_local.demo.replay import decided
from lintel_local.demo.show import Show
from lintel_local.demo.stockroom import Stockroom
from lintel_local.demo.watcher import Watcher

_SALE_LINE = ("sku", "quantity", "unit_price", "order_line_id")


@dataclass(frozen=True, slots=True)
class Stage:
    """`run` makes the ids of this telling its own."""

    front: FrontDoor
    watcher: Watcher
    show: Show
    room: Stockroom
    run: str

    @property
    def ops(self) -> Channel:
        return self.front.somebody("ops", "demo-ops")

    def associate(self, store: Store) -> Channel:
        return self.front.somebody("associate", "demo-associate", [store.store_code])

    def till(self, store: Store) -> Channel:
        return self.front.somebody("pos", "demo-till", [store.store_code])

    async def stock(self, wanted: Mapping[Place, int], report: Report = lambda *_: None) -> None:
        """So many pieces available, and the log has told of it."""
        since = len(self.watcher.events)
        places = await deliver(self.front, wanted, f"{self.run}-{uuid4().hex[:8]}", report)
        await self.watcher.caused(since, {"|".join(place): ("StockLevelChanged",) for place in places})

    async def position(self, place: Place) -> Any:
        """As the store sees it."""
        return await self.ops.get(f"/v1/stock/{place[0]}/{place[1]}")

    async def available(self, place: Place) -> int:
        return int((await self.position(place))["available"])

    async def online(self, place: Place) -> int:
        """As shoppers see it."""
        asked = {"lines": [{"sku": place[1]}], "store_codes": [place[0]]}
        return int((await self.front.anybody().post("/v1/availability", asked))["items"][0]["lines"][0]["available"])

    async def on_the_map(self, store: Store, sku: str) -> int:
        """As shoppers see it who look for stores nearby."""
        near = await self.front.anybody().get("/v1/stores", lat=store.lat, lon=store.lon, radius_m=100, sku=sku)
        return int(near["items"][0]["available"]) if near["items"] else 0

    async def slots(self, store: Store) -> dict[str, int]:
        """Free places by slot id, today's and tomorrow's, in order."""
        slots = await self.front.anybody().get("/v1/slots", store_code=store.store_code, days=2)
        return {slot["slot_id"]: slot["free"] for slot in slots["items"]}

    async def prepare(self, store: Store, order: Any) -> None:
        """An associate picks every line and stages it."""
        associate, path = self.associate(store), f"/v1/pickups/{order['id']}"
        await until(lambda: associate.get(path), lambda seen: seen["status"] == "scheduled", "the store has the order")
        await associate.post(f"{path}/start", {})
        picked = [{"line_id": line["line_id"], "picked": line["quantity"]} for line in order["lines"]]
        await associate.post(f"{path}/pick", {"lines": picked})
        await associate.post(f"{path}/ready", {"staging_location": "shelf A1"})

    def sale(self, store: Store, lines: Sequence[Mapping[str, Any]], total: Mapping[str, str]) -> dict[str, Any]:
        """A till's sale, for cash; its register is this telling's own."""
        now = datetime.now(UTC)
        numbered = enumerate(lines, start=1)
        return {
            "id": str(uuid4()),
            "store_code": store.store_code,
            "register": f"demo-{self.run}",
            "business_day": f"{now:%Y-%m-%d}",
            "seq": 1,
            "device_time": now.isoformat(),
            "lines": [
                {"line_id": str(number), **{name: line[name] for name in _SALE_LINE if name in line}}
                for number, line in numbered
            ],
            "tenders": [{"kind": "cash", "amount": total}],
            "total": total,
        }


async def order(shopper: Channel, store: Store, lines: Sequence[Line], slot_id: str | None = None) -> Any:
    """Place it on the web, to be paid in the store, and wait until it is decided."""
    body = {
        "channel": "web",
        "lines": [line.body() for line in lines],
        "fulfilment": {"type": "pickup", "store_code": store.store_code, **({"slot_id": slot_id} if slot_id else {})},
        "payment": {"method": "pay_in_store"},
        "contact": {"name": "Ann"},
    }
    return await decided(shopper, await shopper.post("/v1/orders", body, prefer="wait=10"))


def usd(amount: object) -> dict[str, str]:
    return {"amount": str(amount), "currency": CURRENCY}
