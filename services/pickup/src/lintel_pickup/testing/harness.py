"""Pickup without its HTTP and Kafka sides: facts in, rows and events out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from lintel_contracts.event import Event
from lintel_contracts.geo_stores import StoreChanged
from lintel_contracts.orders_orders import OrderEvent
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_pickup.commands.expire import NO_SHOW, expire
from lintel_pickup.commands.policy import put_policy
from lintel_pickup.domain.slots import Policy
from lintel_pickup.handlers import HANDLERS, follow
from lintel_pickup.testing.facts import START, delivered

EVERY_SLOT = Policy(slot_length=timedelta(minutes=30), slot_capacity=2, lead_time=timedelta(0))
"""Small, so that a few orders fill a slot."""


@dataclass(frozen=True, slots=True)
class Pickups:
    url: str
    pool: Pool
    units: UnitFactory

    async def hear(self, *facts: Event, at: datetime = START) -> None:
        """One poll: one batch, one transaction."""
        async with self.units(Context(correlation_id="poll")) as unit:
            for handler in HANDLERS:
                found: list[Delivery[Any]] = [one for one in delivered(facts) if isinstance(one.event, handler.types)]
                if found and isinstance(found[0].event, OrderEvent):
                    await follow(unit, found, at)
                elif found:
                    await handler.apply(unit, found)
                await unit.flush()

    async def open(self, *stores: StoreChanged, policy: Policy = EVERY_SLOT) -> None:
        """Stores, with a policy."""
        await self.hear(*stores)
        async with self.units(Context(correlation_id="request")) as unit:
            for store in stores:
                await put_policy(unit, store.store_code, policy)

    async def time_comes(self, order_id: str, at: datetime) -> None:
        """The no-show deadline fires, as the chassis lets it: taken and handled in one transaction."""
        async with self.units(Context(correlation_id="deadline")) as unit:
            await unit.lock("DELETE FROM deadlines WHERE kind = $1 AND key = $2 RETURNING key", NO_SHOW, order_id)
            await expire(unit, {order_id: Context(correlation_id="deadline")}, at)

    async def pickup(self, order_id: str) -> dict[str, Any]:
        row = await self.pool.fetchrow("SELECT * FROM pickups WHERE order_id = $1", order_id)
        return dict(row) if row else {}

    async def booked(self) -> list[int]:
        """What each slot holds, empty ones left out, in order."""
        rows = await self.pool.fetch("SELECT booked FROM slots WHERE booked > 0 ORDER BY store_code, starts_at")
        return [row["booked"] for row in rows]

    async def published(self, order_id: str = "") -> list[Mapping[str, Any]]:
        """The outbox in order: envelopes, of one order if it is named."""
        rows = await self.pool.fetch("SELECT payload FROM outbox ORDER BY id")
        envelopes = [orjson.loads(row["payload"]) for row in rows]
        return [one for one in envelopes if not order_id or one["subject"] == order_id]

    async def told(self, order_id: str = "") -> list[str]:
        """The names of what was published."""
        return [one["type"].split(".")[1] for one in await self.published(order_id)]

    async def everything(self) -> list[Any]:
        """Rows and events, to compare a before with an after."""
        rows = await self.pool.fetch("SELECT * FROM pickups ORDER BY order_id")
        return [*map(dict, rows), await self.booked(), await self.published()]
