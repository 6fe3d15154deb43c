"""Inventory without its HTTP and Kafka sides: facts and movements in, rows and events out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lintel_contracts.errors import DomainError
from lintel_events.database import Pool
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_inventory.commands import Recorded, record_movements
from lintel_inventory.domain.entry import Entry
from lintel_inventory.domain.facts import Fact
from lintel_inventory.handlers import apply_facts
from lintel_inventory.testing.facts import STORE, delivered


@dataclass(frozen=True, slots=True)
class Inventory:
    url: str
    pool: Pool
    units: UnitFactory

    async def hear(self, *facts: Fact) -> None:
        """One poll: one batch, one transaction."""
        async with self.units(Context(correlation_id="poll")) as unit:
            await apply_facts(unit, delivered(facts))

    async def enter(self, *entries: Entry) -> list[Recorded | DomainError]:
        async with self.units(Context(correlation_id="request")) as unit:
            return await record_movements(unit, entries)

    async def stock(self, sku: str, store: str = STORE) -> dict[str, Any]:
        row = await self.pool.fetchrow("SELECT * FROM stock_positions WHERE store_code = $1 AND sku = $2", store, sku)
        return dict(row) if row else {}

    async def published(self, name: str = "") -> list[Mapping[str, Any]]:
        """The outbox in order: envelopes, of one type if it is named (`StockReserved`)."""
        rows = await self.pool.fetch("SELECT payload FROM outbox ORDER BY id")
        envelopes = [orjson.loads(row["payload"]) for row in rows]
        return [one for one in envelopes if not name or one["type"] == f"inventory.{name}.v1"]

    async def books_add_up(self) -> bool:
        """on_hand and unsellable are the sums of the ledger, reserved of the active lines."""
        return not await self.pool.fetch(
            """
            SELECT 1 FROM stock_positions p
            WHERE on_hand <> (SELECT coalesce(sum(on_hand_delta), 0) FROM movements m
                              WHERE (m.store_code, m.sku) = (p.store_code, p.sku))
               OR unsellable <> (SELECT coalesce(sum(unsellable_delta), 0) FROM movements m
                                 WHERE (m.store_code, m.sku) = (p.store_code, p.sku))
               OR reserved <> (SELECT coalesce(sum(quantity), 0) FROM reservation_lines l
                               WHERE (l.store_code, l.sku) = (p.store_code, p.sku) AND l.ended_at IS NULL)
            """
        )
