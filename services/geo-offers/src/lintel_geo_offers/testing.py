"""For tests: a running geo-offers, stores to describe and stock to receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson

from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool
from lintel_events.log.cloudevent import sequence_text
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_geo_offers.handlers import HANDLERS

Json = dict[str, Any]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_store(**changes: Any) -> Json:
    """Berlin's, open around the clock."""
    address = {"street": "Platz 1", "city": "Berlin", "postal_code": "10178", "country": "DE"}
    return {
        "name": "Alexanderplatz",
        "lat": 52.5219,
        "lon": 13.4132,
        "address": address,
        "currency": "EUR",
        "opening_hours": "24/7",
        "services": ["pickup"],
        "status": "open",
        **changes,
    }


@dataclass(frozen=True, slots=True)
class Geo:
    """The service's database, its public face, and its operator."""

    pool: Pool
    units: UnitFactory
    client: httpx.AsyncClient
    ops: dict[str, str]
    """The operator's request header."""

    async def put(self, store_code: str, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
        body = a_store(**changes)
        return await self.client.put(f"/v1/stores/{store_code}", json=body, headers={**self.ops, **(headers or {})})

    async def find(self, **parameters: Any) -> Json:
        answer = await self.client.get("/v1/stores", params=parameters)
        if answer.is_error:
            raise AssertionError(answer.text)
        return dict(answer.json())

    async def codes(self, **parameters: Any) -> list[str]:
        return [item["store_code"] for item in (await self.find(**parameters))["items"]]

    async def outbox(self) -> list[Json]:
        rows = await self.pool.fetch("SELECT payload FROM outbox ORDER BY id")
        return [orjson.loads(row["payload"]) for row in rows]

    async def receive(self, levels: Sequence[StockLevelChanged], sequence: int = 1) -> None:
        context = Context("test")
        async with self.units(context) as unit:
            deliveries = [Delivery(level, sequence_text(1, sequence), NOW, context) for level in levels]
            await HANDLERS[0].apply(unit, deliveries)


def level(store_code: str, sku: str, available: int) -> StockLevelChanged:
    return StockLevelChanged(
        store_code=store_code,
        sku=sku,
        on_hand=available,
        unsellable=0,
        reserved=0,
        safety_stock=0,
        available=available,
        as_of=NOW,
    )
