"""Inventory for its tests, without HTTP and Kafka: facts and movements in, rows and events out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import DomainError
from lintel_contracts.orders_orders import (
    EndReason,
    HandedOverLine,
    OrderCancelled,
    OrderCompleted,
    OrderLine,
    OrderPlaced,
    PaymentMethod,
)
from lintel_contracts.orders_sales import SaleLine, SaleRecorded, Tender, TenderKind
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_contracts.values import Channel, Money, UnitOfMeasure
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_inventory.handlers import Fact, move_stock
from lintel_inventory.movements.commands import Recorded, record_movements
from lintel_inventory.movements.domain import StatedKind, StatedMovement

STORE = "S1"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_STAFF = Caller("ops", frozenset({"ops", "care"}))
_EUR = Money.of("1.00", "EUR")

Basket = tuple[str, int]
"""(sku, quantity)"""


def placed(order_id: str, *basket: Basket, store: str = STORE) -> OrderPlaced:
    return OrderPlaced(
        order_id=order_id,
        store_code=store,
        number=order_id,
        owner="somebody",
        channel=Channel.WEB,
        lines=tuple(_order_line(str(number), *item) for number, item in enumerate(basket)),
        total=_EUR,
        prices_include_tax=True,
        payment_method=PaymentMethod.PAY_IN_STORE,
        placed_at=START,
    )


def _order_line(line_id: str, sku: str, quantity: int) -> OrderLine:
    return OrderLine(
        line_id=line_id,
        sku=sku,
        name=sku,
        unit=UnitOfMeasure.EACH,
        price_per=1,
        quantity=quantity,
        unit_price=_EUR,
        total=_EUR,
    )


def cancelled(order_id: str, *, store: str = STORE) -> OrderCancelled:
    return OrderCancelled(order_id=order_id, store_code=store, reason=EndReason.SHOPPER, cancelled_at=START)


def completed(order_id: str, *basket: Basket, at: datetime = START, store: str = STORE) -> OrderCompleted:
    lines = [HandedOverLine(line_id=str(number), sku=sku, quantity=left) for number, (sku, left) in enumerate(basket)]
    return OrderCompleted(order_id=order_id, store_code=store, lines=tuple(lines), completed_at=at)


def sale(
    sale_id: str, *basket: Basket, at: datetime = START, returns: str | None = None, order_id: str | None = None
) -> SaleRecorded:
    lines = [
        SaleLine(line_id=str(number), sku=sku, quantity=quantity, unit_price=_EUR, returns_sale_id=returns)
        for number, (sku, quantity) in enumerate(basket)
    ]
    return SaleRecorded(
        sale_id=sale_id,
        store_code=STORE,
        register_id="1",
        business_day=at.date(),
        seq=1,
        lines=tuple(lines),
        tenders=(Tender(kind=TenderKind.CASH, amount=_EUR),),
        total=_EUR,
        order_id=order_id,
        occurred_at=at,
        received_at=at,
    )


def short_picked(order_id: str, sku: str, *, ordered: int, picked: int, line_id: str = "0") -> LineShortPicked:
    return LineShortPicked(
        order_id=order_id, store_code=STORE, line_id=line_id, sku=sku, ordered=ordered, picked=picked
    )


def substituted(order_id: str, sku: str, by: str, quantity: int, *, line_id: str = "0") -> LineSubstituted:
    return LineSubstituted(
        order_id=order_id, store_code=STORE, line_id=line_id, sku=sku, substitute_sku=by, quantity=quantity
    )


def delivered(facts: Iterable[Fact]) -> list[Delivery[Fact]]:
    """As a consumer hands them to a handler; each is a cause of its own."""
    return [
        Delivery(fact, f"0001-{number:012d}", START, Context(correlation_id="journey", causation_id=f"fact-{number}"))
        for number, fact in enumerate(facts)
    ]


def receipt(sku: str, quantity: int, *, store: str = STORE) -> StatedMovement:
    return StatedMovement(f"receipt-{sku}-{store}", store, sku, StatedKind.RECEIPT, quantity, "delivery")


def counted(
    sku: str, seen: int, *, expected: int, at: datetime | None = None, movement_id: str = "count"
) -> StatedMovement:
    return StatedMovement(movement_id, STORE, sku, StatedKind.COUNT, seen, "cycle count", expected, at)


@dataclass(frozen=True, slots=True)
class Inventory:
    url: str
    pool: Pool
    units: UnitFactory

    async def deliver(self, *facts: Fact) -> None:
        """One poll: one batch, one transaction."""
        async with self.units(Context(correlation_id="poll")) as unit:
            await move_stock(unit, delivered(facts))

    async def enter(self, *stated: StatedMovement) -> list[Recorded | DomainError]:
        async with self.units(Context(correlation_id="request")) as unit:
            return await record_movements(unit, _STAFF, stated)

    async def stock(self, sku: str, store: str = STORE) -> dict[str, Any]:
        row = await self.pool.fetchrow("SELECT * FROM stock_positions WHERE store_code = $1 AND sku = $2", store, sku)
        return dict(row) if row else {}

    async def published(self, name: str = "") -> list[Mapping[str, Any]]:
        """The outbox in order: envelopes, of one type if it is named (`StockReserved`)."""
        rows = await self.pool.fetch("SELECT payload FROM outbox ORDER BY id")
        envelopes = [orjson.loads(row["payload"]) for row in rows]
        return [envelope for envelope in envelopes if not name or envelope["type"] == f"inventory.{name}.v1"]

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
