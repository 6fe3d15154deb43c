"""Pickup for its tests, without HTTP and Kafka: facts of others in, rows and events out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import uuid_utils

from lintel_chassis.worker.deadlines import Due
from lintel_contracts.event import Event
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.orders_orders import (
    EndReason,
    OrderCancelled,
    OrderCancelRequested,
    OrderConfirmed,
    OrderEvent,
    OrderLine,
    OrderPlaced,
    PaymentMethod,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_contracts.values import Channel, Money, UnitOfMeasure, Window
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_pickup.handlers import HANDLERS, move_pickups
from lintel_pickup.pickups.domain.pickup import NO_SHOW
from lintel_pickup.pickups.worker import expire
from lintel_pickup.policies.commands import put_policy
from lintel_pickup.policies.domain import Policy

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday, ten in the morning in New York."""
STORE = "S1"
OWNER = "ann"


def delivered(facts: Sequence[Event]) -> list[Delivery[Any]]:
    """As a poll would bring them."""
    context = Context(correlation_id="test", causation_id=str(uuid_utils.uuid7()))
    return [Delivery(fact, f"1-{position:019d}", START, context) for position, fact in enumerate(facts)]


def store(code: str = STORE, *, hours: str = "24/7", zone: str = "America/New_York", **changes: Any) -> StoreChanged:
    about = {"name": code, "lat": 40.7, "lon": -74.0, "currency": "USD", "country": "US", "status": StoreStatus.OPEN}
    return StoreChanged.model_validate({"store_code": code, "timezone": zone, "opening_hours": hours} | about | changes)


def line(line_id: str = "1", sku: str = "EGGS", quantity: int = 2) -> OrderLine:
    price = Money.of("1.00", "USD")
    total = Money.of(quantity, "USD")
    return OrderLine(
        line_id=line_id,
        sku=sku,
        name=sku,
        unit=UnitOfMeasure.EACH,
        price_per=1,
        quantity=quantity,
        unit_price=price,
        total=total,
    )


def placed(
    order_id: str,
    *lines: OrderLine,
    slot_id: str | None = None,
    method: PaymentMethod = PaymentMethod.EXTERNAL,
    at: datetime = START,
    store_code: str = STORE,
) -> OrderPlaced:
    return OrderPlaced(
        order_id=order_id,
        store_code=store_code,
        number=order_id.upper(),
        owner=OWNER,
        channel=Channel.WEB,
        slot_id=slot_id,
        lines=lines or (line(),),
        total=Money.of("2.00", "USD"),
        prices_include_tax=True,
        payment_method=method,
        placed_at=at,
    )


def confirmed(order_id: str, *, store_code: str = STORE) -> OrderConfirmed:
    slot = Window(starts_at=START, ends_at=START + timedelta(minutes=30))
    return OrderConfirmed(order_id=order_id, store_code=store_code, slot=slot, confirmed_at=START)


def cancel_requested(order_id: str, *, store_code: str = STORE) -> OrderCancelRequested:
    return OrderCancelRequested(order_id=order_id, store_code=store_code, reason=EndReason.SHOPPER, requested_at=START)


def cancelled(order_id: str, *, store_code: str = STORE) -> OrderCancelled:
    return OrderCancelled(order_id=order_id, store_code=store_code, reason=EndReason.SHOPPER, cancelled_at=START)


def captured(order_id: str, *, store_code: str = STORE, in_full: bool = True) -> PaymentCaptured:
    return PaymentCaptured(
        order_id=order_id,
        store_code=store_code,
        amount=Money.of("2.00", "USD"),
        paid_in_full=in_full,
        sale_id="T1",
        captured_at=START,
    )


EVERY_SLOT = Policy(slot_length=timedelta(minutes=30), slot_capacity=2, lead_time=timedelta(0))
"""Small, so that a few orders fill a slot."""


@dataclass(frozen=True, slots=True)
class Pickups:
    url: str
    pool: Pool
    units: UnitFactory

    async def receive(self, *facts: Event, at: datetime = START) -> None:
        """One poll: one batch, one transaction."""
        async with self.units(Context(correlation_id="poll")) as unit:
            for handler in HANDLERS:
                found: list[Delivery[Any]] = [
                    fact for fact in delivered(facts) if isinstance(fact.event, handler.types)
                ]
                if found and isinstance(found[0].event, OrderEvent):
                    await move_pickups(unit, found, at)
                elif found:
                    await handler.apply(unit, found)
                await unit.flush()

    async def open(self, *stores: StoreChanged, policy: Policy = EVERY_SLOT) -> None:
        """Stores, with a policy."""
        await self.receive(*stores)
        async with self.units(Context(correlation_id="request")) as unit:
            for store in stores:
                put_policy(unit, store.store_code, policy)

    async def time_comes(self, order_id: str, at: datetime) -> None:
        """The no-show deadline fires, as the chassis lets it: taken and handled in one transaction."""
        async with self.units(Context(correlation_id="deadline")) as unit:
            await unit.lock("DELETE FROM deadlines WHERE kind = $1 AND key = $2 RETURNING key", NO_SHOW, order_id)
            await expire(unit, [Due(order_id, at, Context(correlation_id="deadline"))], at)

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
        return [envelope for envelope in envelopes if not order_id or envelope["subject"] == order_id]

    async def event_names(self, order_id: str = "") -> list[str]:
        """The names of what was published."""
        return [envelope["type"].split(".")[1] for envelope in await self.published(order_id)]

    async def everything(self) -> list[Any]:
        """Rows and events, to compare a before with an after."""
        rows = await self.pool.fetch("SELECT * FROM pickups ORDER BY order_id")
        return [*map(dict, rows), await self.booked(), await self.published()]


PICKED = {"lines": [{"line_id": "1", "picked": 2}, {"line_id": "2", "picked": 1}]}
"""All of an order of two lines."""


async def call(client: httpx.AsyncClient, what: str, who: dict[str, str], **body: Any) -> httpx.Response:
    """Of order o1."""
    return await client.post(f"/v1/pickups/o1/{what}", json=body or None, headers=who)


async def make_ready(client: httpx.AsyncClient, staff: dict[str, str]) -> None:
    """With all of it picked."""
    for what, body in (("start", {}), ("pick", PICKED), ("ready", {"staging_location": "A3"})):
        (await call(client, what, staff, **body)).raise_for_status()


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Its status and slug."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")
