"""What pickup hears of others, with the values that tests care about as arguments."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils

from lintel_contracts.event import Event
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.orders_orders import (
    EndReason,
    OrderCancelled,
    OrderCancelRequested,
    OrderConfirmed,
    OrderLine,
    OrderPlaced,
    PaymentMethod,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_contracts.values import Channel, Money, UnitOfMeasure, Window
from lintel_events.consumer.handler import Delivery
from lintel_events.log.context import Context

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
