"""Orders for its tests: as its callers see it, and as its consumer feeds it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson

from lintel_chassis.testing import Issuer
from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.event import Event
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.values import Money, UnitOfMeasure
from lintel_events.consumer.handler import Delivery
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_orders.handlers import HANDLERS

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


@dataclass
class Orders:
    """The service as its callers see it, and as its consumer feeds it."""

    client: httpx.AsyncClient
    units: UnitFactory
    pool: "asyncpg.Pool[asyncpg.Record]"
    issuer: Issuer

    def token(self, subject: str = "shopper-1", scope: str = "shopper", *stores: str) -> dict[str, str]:
        return self.issuer.bearer(subject, scope, store_codes=list(stores))

    @staticmethod
    def product(sku: str) -> tuple[ProductChanged, PricesChanged]:
        return product(sku)

    async def deliver(self, *events: Event) -> None:
        """As one batch of the consumer would deliver them."""
        deliveries = [
            Delivery(event, f"0001-{n:012d}", AT, Context("test", f"cause-{n}")) for n, event in enumerate(events)
        ]
        async with self.units(Context("test")) as unit:
            for handler in HANDLERS:
                if matching := [delivery for delivery in deliveries if isinstance(delivery.event, handler.types)]:
                    await handler.apply(unit, matching)
                    await unit.flush()

    async def place(
        self, key: str | None = None, headers: dict[str, str] | None = None, **changed: Any
    ) -> httpx.Response:
        body = {
            "channel": "web",
            "lines": [{"sku": "EGGS", "quantity": 2}],
            "fulfilment": {"type": "pickup", "store_code": "S1"},
            "payment": {"method": "pay_in_store"},
        } | changed
        sent = {"Idempotency-Key": key or str(uuid4()), **(headers or self.token())}
        return await self.client.post("/v1/orders", json=body, headers=sent)

    async def pseudonym(self, subject: str) -> str | None:
        found: str | None = await self.pool.fetchval("SELECT pseudonym FROM customers WHERE subject = $1", subject)
        return found

    async def published(self, topic: str = "orders.orders") -> list[dict[str, Any]]:
        rows = await self.pool.fetch("SELECT payload FROM outbox WHERE topic = $1 ORDER BY id", topic)
        return [orjson.loads(row["payload"]) for row in rows]


def store(code: str = "S1", status: StoreStatus = StoreStatus.OPEN) -> StoreChanged:
    return StoreChanged(
        store_code=code,
        name="Main Street",
        lat=40.0,
        lon=-75.0,
        timezone="America/New_York",
        currency="USD",
        country="US",
        opening_hours="24/7",
        status=status,
    )


def product(sku: str) -> tuple[ProductChanged, PricesChanged]:
    window = PriceWindow(price_list="base", price=Money.of("1.50", "USD"))
    changed = ProductChanged(
        sku=sku,
        name=sku.title(),
        category=("GROCERY",),
        unit=UnitOfMeasure.EACH,
        price_per=1,
        tax_class="standard",
        status=ProductStatus.ACTIVE,
    )
    return changed, PricesChanged(sku=sku, windows=(window,))
