"""For tests: a running catalog, its database, and what it published there."""

from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from lintel_events.database import Pool
from lintel_events.outbox.unit_of_work import UnitFactory

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Catalog:
    url: str
    """Of its database."""
    pool: Pool
    units: UnitFactory
    client: httpx.AsyncClient
    """Anybody: it sends no token."""
    merchandiser: httpx.AsyncClient
    """The same application, as a merchandiser."""

    async def published(self, topic: str) -> list[Json]:
        """The CloudEvents of a topic, in the order of their commits."""
        rows = await self.pool.fetch("SELECT payload FROM outbox WHERE topic = $1 ORDER BY id", topic)
        return [orjson.loads(row["payload"]) for row in rows]

    async def put(self, *products: Json) -> None:
        answer = await self.merchandiser.post("/v1/products/batch", json={"items": list(products)})
        if not {item["status"] for item in answer.json()["items"]} <= {"created", "changed"}:
            raise AssertionError(answer.text)


def euro(amount: str) -> Json:
    return {"amount": amount, "currency": "EUR"}


def a_product(sku: str, name: str, category: list[str], brand: str | None, price: str, **more: Any) -> Json:
    return {"sku": sku, "name": name, "category": category, "brand": brand, "price": euro(price), **more}
