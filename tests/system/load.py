"""Shoppers who keep ordering while things break, and the reckoning afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tests.system.lives import TOPICS, check_life, end_of
from tests.system.running import System, until
from tests.system.shop import Shop, fresh

_SHOPPERS = 8
_PAUSE_S = 0.1


@dataclass
class Load:
    """What shoppers were told: `placed` maps each key to the order's id."""

    system: System
    store: str
    sku: str
    stocked: int
    placed: dict[str, str] = field(default_factory=dict)

    async def check(self, at_most_s: float = 40) -> None:
        """Every order that a shopper was told of is there once, decided rightly, and the books add up."""
        shop = self.system.shop

        async def all_decided() -> bool:
            return all(order["status"] != "placed" for order in await shop.orders_of(self.store))

        await until(all_decided, at_most_s, every_s=0.2)
        await self.system.quiet()
        orders = await shop.orders_of(self.store)
        assert sorted(order["id"] for order in orders) == sorted(self.placed.values())
        assert {(order["status"], order.get("status_reason")) for order in orders} <= {
            ("confirmed", None),
            ("rejected", "out_of_stock"),
        }
        confirmed = sum(order["status"] == "confirmed" for order in orders)
        assert confirmed == min(len(orders), self.stocked)
        await self._check_books(confirmed)
        await self._check_log({order["id"]: order["status"] for order in orders})

    async def _check_books(self, confirmed: int) -> None:
        headers = self.system.shop.auth("associate", "counter", self.store)
        path = f"/v1/stock/{self.store}/{self.sku}/explain"
        book = (await self.system.shop.client.get(path, headers=headers)).json()
        listed = sum(reservation["quantity"] for reservation in book["reservations"]) + book["other_reservations"]
        assert (book["on_hand"], book["reserved"], listed) == (self.stocked, confirmed, confirmed)
        sql = "SELECT count(*) FROM pickups WHERE store_code = $1 AND status = 'scheduled'"
        [scheduled] = await self.system.rows("pickup", sql, self.store)
        assert scheduled["count"] == confirmed

    async def _check_log(self, statuses: dict[str, str]) -> None:
        lives = await self.system.log.events(*TOPICS, subjects=statuses)
        assert lives.keys() == statuses.keys()
        for order_id, events in lives.items():
            check_life(events)
            assert end_of(events) == {"confirmed": None, "rejected": "OrderRejected"}[statuses[order_id]]


@asynccontextmanager
async def under_load(system: System, stocked: int = 100_000) -> AsyncIterator[Load]:
    """Shoppers order while the block runs, and after it until the order each has in hand is accepted."""
    store = await system.shop.open_store()
    load = Load(system, store, await system.shop.stock(store, stocked), stocked)
    enough = asyncio.Event()
    shopping = [asyncio.create_task(_shop(system.shop, load, enough)) for _ in range(_SHOPPERS)]
    try:
        yield load
    finally:
        enough.set()
        await asyncio.gather(*shopping)


async def _shop(shop: Shop, load: Load, enough: asyncio.Event) -> None:
    """One shopper: an order with a key of its own, sent again for as long as nobody answers; then the next."""
    buyer = shop.auth("shopper", fresh("buyer"))
    while not enough.is_set():
        key = fresh("key")
        while key not in load.placed:
            try:
                answer = await shop.place(load.store, load.sku, buyer=buyer, key=key)
            except httpx.TransportError:
                await asyncio.sleep(_PAUSE_S)
                continue
            assert answer.status_code in {201, 503}, answer.text
            if answer.status_code == 201:
                load.placed[key] = answer.json()["id"]
            await asyncio.sleep(_PAUSE_S)
