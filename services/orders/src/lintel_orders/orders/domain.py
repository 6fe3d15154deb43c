"""An order's life as a state machine: every transition returns the new state and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from lintel_contracts.errors import Conflict
from lintel_contracts.orders_orders import (
    EndReason,
    HandedOverLine,
    OrderCancelled,
    OrderCancelRequested,
    OrderCompleted,
    OrderEvent,
    OrderExpired,
    OrderReady,
    PaymentMethod,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_contracts.values import Channel, Money, Window


class Status(StrEnum):
    PLACED = "placed"
    CONFIRMED = "confirmed"
    READY = "ready"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Participant(StrEnum):
    """Who must say yes before an order is confirmed."""

    STOCK = "stock"
    """Inventory: all lines are reserved at the store."""
    SLOT = "slot"
    """Pickup: a slot is booked."""


ENDS = frozenset({Status.COMPLETED, Status.REJECTED, Status.CANCELLED, Status.EXPIRED})


class PaymentStatus(StrEnum):
    NONE = "none"
    """To be paid in the store."""
    EXTERNAL = "external"
    """Paid elsewhere, before the order came to us."""
    CAPTURED = "captured"


@dataclass(frozen=True, slots=True)
class External:
    """Where an order came from: a marketplace, and its own id of the order, unique for good."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The part of an order that never changes."""

    number: str
    channel: Channel
    content: bytes
    """What was ordered: JSON of the shape QuoteView."""
    external: External | None = None


Progress = Mapping[str, Mapping[str, Any]]
"""What became of each line, by line id: `picked` and `handed_over` (quantities), `substitutes`."""


@dataclass(frozen=True, slots=True)
class Order:
    """The part of an order that changes; what never does stands in its Placement."""

    id: str
    owner: str | None
    """Pseudonym of the shopper or visitor it belongs to; None once they are forgotten."""
    store_code: str
    status: Status
    total: Money
    paid: Money
    payment_method: PaymentMethod
    payment_status: PaymentStatus
    placed_at: datetime
    status_reason: EndReason | None = None
    answers: frozenset[Participant] = frozenset()
    """Who has said yes."""
    slot_id: str | None = None
    """As asked for, then as booked."""
    slot: Window | None = None
    """None until pickup has booked it."""
    confirmed_at: datetime | None = None
    ready_at: datetime | None = None
    collect_by: datetime | None = None
    ended_at: datetime | None = None
    progress: Progress = field(default_factory=dict)
    sequence: int = 0
    """Events published with this order as their key."""

    def cancel(self, reason: EndReason, at: datetime) -> "Transition":
        """End an unconfirmed order at once; ask the store about a confirmed one.

        Raise Conflict when the order has ended otherwise: too late to cancel.
        """
        match self.status:
            case Status.PLACED:
                cancelled = OrderCancelled(order_id=self.id, store_code=self.store_code, reason=reason, cancelled_at=at)
                return self.ended(Status.CANCELLED, reason, at), (cancelled,)
            case Status.CONFIRMED | Status.READY:
                asked = OrderCancelRequested(
                    order_id=self.id, store_code=self.store_code, reason=reason, requested_at=at
                )
                return replace(self, status=Status.CANCELLING, status_reason=reason), (asked,)
            case Status.CANCELLING | Status.CANCELLED:
                return self, ()
            case Status.COMPLETED | Status.REJECTED | Status.EXPIRED:
                raise Conflict("order_ended", f"The order is {self.status} and cannot be cancelled any more.")
            case _:
                assert_never(self.status)

    def note(self, line_id: str, **what: Any) -> "Order":
        """Add to what is known of a line."""
        line = {**self.progress.get(line_id, {}), **what}
        return replace(self, progress={**self.progress, line_id: line})

    def become_ready(self, lines: tuple[HandedOverLine, ...], at: datetime, collect_by: datetime) -> "Transition":
        """The store has it staged, these lines. While cancelling this comes too late to matter."""
        if self.status is not Status.CONFIRMED:
            return self, ()
        for line in lines:
            self = self.note(line.line_id, picked=line.quantity)  # noqa: PLW0642 - the order so far
        ready = OrderReady(order_id=self.id, store_code=self.store_code, ready_at=at, collect_by=collect_by)
        return replace(self, status=Status.READY, ready_at=at, collect_by=collect_by), (ready,)

    def complete(self, lines: tuple[HandedOverLine, ...], at: datetime) -> "Transition":
        """The goods left with the shopper, also where a cancellation was asked for."""
        if self.status in ENDS:
            return self, ()
        for line in lines:
            self = self.note(line.line_id, handed_over=line.quantity)  # noqa: PLW0642 - the order so far
        completed = OrderCompleted(order_id=self.id, store_code=self.store_code, lines=lines, completed_at=at)
        return self.ended(Status.COMPLETED, None, at), (completed,)

    def end_cancelled(self, reason: EndReason, at: datetime) -> "Transition":
        """Pickup let go of it."""
        if self.status in ENDS:
            return self, ()
        cancelled = OrderCancelled(order_id=self.id, store_code=self.store_code, reason=reason, cancelled_at=at)
        return self.ended(Status.CANCELLED, reason, at), (cancelled,)

    def expire(self, at: datetime) -> "Transition":
        """Nobody came."""
        if self.status in ENDS:
            return self, ()
        expired = OrderExpired(order_id=self.id, store_code=self.store_code, expired_at=at)
        return self.ended(Status.EXPIRED, EndReason.NO_SHOW, at), (expired,)

    def pay(self, amount: Money, sale_id: str, at: datetime) -> "Transition":
        """Take note of money from a till; the order counts as paid once all of it is there.

        Raise ValueError for another currency than the order's.
        """
        paid = self.paid + amount
        in_full = paid.amount >= self.total.amount
        status = PaymentStatus.CAPTURED if in_full else self.payment_status
        captured = PaymentCaptured(
            order_id=self.id,
            store_code=self.store_code,
            amount=amount,
            paid_in_full=in_full,
            sale_id=sale_id,
            captured_at=at,
        )
        return replace(self, paid=paid, payment_status=status), (captured,)

    def ended(self, status: Status, reason: EndReason | None, at: datetime) -> "Order":
        """As it is once it has ended so."""
        return replace(self, status=status, status_reason=reason, ended_at=at)


Transition = tuple[Order, tuple[OrderEvent | PaymentCaptured, ...]]
