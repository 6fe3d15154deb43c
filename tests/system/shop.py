"""Everybody who calls the front door: shoppers, guests, associates, tills, customer care; each with their own token."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from lintel_local.tokens import Issuer

Headers = dict[str, str]
Order = dict[str, Any]
ENDS = {"completed", "rejected", "cancelled", "expired"}
_numbers = itertools.count(1)


def fresh(prefix: str) -> str:
    """A name nobody else uses."""
    return f"{prefix}-{next(_numbers)}-{uuid4().hex[:6]}"


@dataclass(frozen=True)
class Shop:
    """Speaks HTTP as the documents say, and knows nothing else of the services."""

    client: httpx.AsyncClient
    issuer: Issuer
    _tokens: dict[tuple[str, ...], Headers] = field(default_factory=dict, repr=False)

    def auth(self, role: str, subject: str = "somebody", *stores: str) -> Headers:
        who = (role, subject, *stores)
        if who not in self._tokens:
            self._tokens[who] = {"Authorization": f"Bearer {self.issuer.token(role, subject, stores)}"}
        return self._tokens[who]

    async def guest(self) -> Headers:
        """A visitor with a session of their own."""
        session = await self._ok(self.client.post("/v1/sessions"))
        return {"Authorization": f"Bearer {session['token']}"}

    # what a shop has

    async def open_store(self, *, capacity: int = 100_000, hold_for: str = "P3D", **described: Any) -> str:
        """A store that sells as soon as it `stocks` something."""
        code = fresh("store")
        ops = self.auth("ops")
        policy = {"slot_length": "PT30M", "slot_capacity": capacity, "lead_time": "PT0S", "hold_for": hold_for}
        await self.describe(code, **described)
        await self._ok(self.client.put(f"/v1/pickup-policies/{code}", json=policy, headers=ops))
        return code

    async def describe(self, code: str, **described: Any) -> None:
        """The store as it is from now on."""
        await self._ok(self.client.put(f"/v1/stores/{code}", json=_store() | described, headers=self.auth("ops")))

    async def stock(self, store: str, quantity: int, price: str = "1.50") -> str:
        """A new product, on the shelf of this store; returns when it can be ordered."""
        sku = fresh("sku")
        product = {"name": f"Product {sku}", "category": ["TEST"], "price": {"amount": price, "currency": "USD"}}
        await self._ok(self.client.put(f"/v1/products/{sku}", json=product, headers=self.auth("merchandiser")))
        await self.receive(store, sku, quantity)
        deadline = monotonic() + 20
        while not await self._sells(store, sku):
            assert monotonic() < deadline, f"{store} does not sell {sku}"
            await asyncio.sleep(0.05)
        return sku

    async def receive(self, store: str, sku: str, quantity: int) -> None:
        movement = {"id": fresh("receipt"), "store_code": store, "sku": sku, "kind": "receipt", "quantity": quantity,
                    "reason": "delivery"}  # fmt: skip
        headers = self.auth("associate", "receiver", store)
        await self._ok(self.client.post("/v1/movements", json=movement, headers=headers))

    async def _sells(self, store: str, sku: str) -> bool:
        basket = {"channel": "web", "store_code": store, "lines": [{"sku": sku, "quantity": 1}]}
        quote = await self.client.post("/v1/quotes", json=basket, headers=self.auth("shopper"))
        slots = await self.client.get("/v1/slots", params={"store_code": store, "days": 2})
        return quote.status_code == 200 and slots.status_code == 200 and bool(slots.json()["items"])

    async def position(self, store: str, sku: str) -> dict[str, int]:
        """On hand, reserved and so on, as the store sees it."""
        headers = self.auth("associate", "counter", store)
        return await self._ok(self.client.get(f"/v1/stock/{store}/{sku}", headers=headers))

    # what shoppers do

    async def place(
        self,
        store: str,
        sku: str,
        quantity: int = 1,
        *,
        buyer: Headers | None = None,
        key: str | None = None,
        wait_s: int = 0,
        **changed: Any,
    ) -> httpx.Response:
        body = {
            "channel": "web",
            "lines": [{"sku": sku, "quantity": quantity}],
            "fulfilment": {"type": "pickup", "store_code": store},
            "payment": {"method": "external", "reference": "paid elsewhere"},
        } | changed
        headers = {"Idempotency-Key": key or fresh("key"), **(buyer or self.auth("shopper"))}
        if wait_s:
            headers["Prefer"] = f"wait={wait_s}"
        return await self.client.post("/v1/orders", json=body, headers=headers)

    async def confirmed(self, store: str, sku: str, quantity: int = 1, **options: Any) -> Order:
        """An order that the store has."""
        order = await self._ok(self.place(store, sku, quantity, wait_s=20, **options))
        assert order["status"] == "confirmed", order
        return order

    async def order(self, order_id: str, wait: str | None = None, timeout_s: int = 20) -> Order:
        """As customer care sees it; with `wait`, once it has got so far."""
        asked: dict[str, str | int] = {"wait": wait, "timeout_s": timeout_s} if wait else {}
        return await self._ok(self.client.get(f"/v1/orders/{order_id}", params=asked, headers=self.auth("care")))

    async def orders_of(self, store: str) -> list[Order]:
        """All of a store's orders, over all pages."""
        found: list[Order] = []
        asked: dict[str, Any] = {"store_code": store, "limit": 200}
        while True:
            page = await self._ok(self.client.get("/v1/orders", params=asked, headers=self.auth("care")))
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            asked["cursor"] = page["next_cursor"]

    async def cancel(self, order_id: str, buyer: Headers | None = None) -> httpx.Response:
        headers = buyer or self.auth("shopper")
        return await self.client.post(f"/v1/orders/{order_id}/cancel", json={"reason": "no more"}, headers=headers)

    async def code(self, order_id: str, buyer: Headers | None = None) -> str:
        """What the shopper shows at the counter."""
        headers = buyer or self.auth("shopper")
        return str((await self._once_confirmed(f"/v1/pickups/{order_id}/code", headers))["code"])

    # what stores do

    async def pickup(self, order: Order) -> dict[str, Any]:
        return await self._ok(self.client.get(f"/v1/pickups/{order['id']}", headers=self._associate(order)))

    async def work(self, order: Order, step: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """Start, pick, ready, hand-over: one step of the associate's."""
        return await self.client.post(f"/v1/pickups/{order['id']}/{step}", json=body, headers=self._associate(order))

    async def make_ready(self, order: Order, buyer: Headers | None = None) -> dict[str, Any]:
        """Pick all of a confirmed order and stage it."""
        picks = [{"line_id": line["line_id"], "picked": line["quantity"]} for line in order["lines"]]
        await self.code(order["id"], buyer)
        await self._ok(self.work(order, "start"))
        await self._ok(self.work(order, "pick", {"lines": picks}))
        return await self._ok(self.work(order, "ready", {"staging_location": "A1"}))

    async def _once_confirmed(self, path: str, headers: Headers) -> dict[str, Any]:
        """Pickup knows of the confirmation a moment after the shopper does."""
        deadline = monotonic() + 20
        while (answer := await self.client.get(path, headers=headers)).status_code == 409:
            assert monotonic() < deadline, answer.text
            await asyncio.sleep(0.02)
        return await self._ok(answer)

    async def sell(
        self, store: str, sku: str, quantity: int = 1, price: str = "1.50", **changed: Any
    ) -> httpx.Response:
        """A sale at the store's till."""
        amount = {"amount": price, "currency": "USD"}
        sale = {
            "id": str(uuid4()),
            "store_code": store,
            "register": "till-1",
            "business_day": datetime.now(UTC).date().isoformat(),
            "seq": next(_numbers),
            "device_time": datetime.now(UTC).isoformat(),
            "lines": [{"line_id": "1", "sku": sku, "quantity": quantity, "unit_price": amount}],
            "tenders": [{"kind": "cash", "amount": amount}],
            "total": amount,
        } | changed
        return await self.client.post("/v1/sales", json=sale, headers=self.auth("pos", "till-1", store))

    def _associate(self, order: Order) -> Headers:
        return self.auth("associate", "picker", order["store_code"])

    async def _ok(self, asked: Any) -> dict[str, Any]:
        answer: httpx.Response = asked if isinstance(asked, httpx.Response) else await asked
        assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.text[:500]}"
        shown: dict[str, Any] = answer.json()
        return shown


@cache
def _store() -> dict[str, Any]:
    return {
        "name": "A store",
        "lat": 40.0,
        "lon": -75.0,
        "address": {"street": "1 Main Street", "city": "Philadelphia", "postal_code": "19103", "country": "US"},
        "timezone": "America/New_York",
        "currency": "USD",
        "opening_hours": "24/7",
        "services": ["pickup"],
        "status": "open",
    }
