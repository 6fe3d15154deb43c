"""A pickup's life as a state machine: every transition returns the new state and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn, assert_never

from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.pickup_pickups import (
    ArrivalMethod,
    CustomerArrived,
    PickingStarted,
    PickupCancelled,
    PickupEvent,
    PickupExpired,
    PickupHandedOver,
    PickupReady,
)
from lintel_contracts.values import Window
from lintel_pickup.pickups.domain.lines import Line, Substitute, as_picked, line_events

ATTEMPTS = 5
"""Codes that may be tried; after that only an override helps."""
LONGEST_HOLD = timedelta(days=14)
"""How far from now a pickup can be extended."""
NO_SHOW = "no_show"
"""The deadline of a pickup that waits; its key is the order's id."""


class Status(StrEnum):
    BOOKED = "booked"
    SCHEDULED = "scheduled"
    PICKING = "picking"
    READY = "ready"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ENDS = frozenset({Status.HANDED_OVER, Status.CANCELLED, Status.EXPIRED})
WAITING = frozenset({Status.READY, Status.ARRIVED})


@dataclass(frozen=True, slots=True)
class Arrival:
    method: ArrivalMethod
    at: datetime
    bay: str | None = None
    note: str | None = None
    """The shopper's words; forgotten when the pickup ends."""


@dataclass(frozen=True, slots=True)
class Pick:
    line_id: str
    picked: int
    substitute: Substitute | None = None


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The pickup with one attempt less."""

    pickup: "Pickup"

    @property
    def attempts_left(self) -> int:
        return ATTEMPTS - self.pickup.attempts


@dataclass(frozen=True, slots=True)
class Pickup:
    """What the store does for one order. An order of which only the end was read has neither owner nor lines."""

    order_id: str
    store_code: str
    status: Status
    status_reason: EndReason | None = None
    owner: str | None = None
    """Pseudonym of the shopper or visitor it belongs to; None once they are forgotten."""
    number: str | None = None
    payment_method: PaymentMethod | None = None
    paid: bool = False
    slot: Window | None = None
    lines: tuple[Line, ...] = ()
    nonce: str | None = None
    """From which, with the server's key, the code is made; there from `scheduled` on."""
    attempts: int = 0
    """Wrong codes so far."""
    staging_location: str | None = None
    arrival: Arrival | None = None
    ready_at: datetime | None = None
    collect_by: datetime | None = None
    ended_at: datetime | None = None
    handed_over_by: str | None = None
    override_reason: str | None = None
    """Why it was handed over without its code."""
    sequence: int = 0
    """Events published with this order as their key."""

    def confirm(self, nonce: str) -> "Pickup":
        """Everybody said yes. After the end, and a second time, this comes too late to matter."""
        return replace(self, status=Status.SCHEDULED, nonce=nonce) if self.status is Status.BOOKED else self

    def start(self, at: datetime) -> "Transition":
        """Raise Conflict unless it is scheduled."""
        if self.status is not Status.SCHEDULED:
            self._refuse("be started")
        started = PickingStarted(order_id=self.order_id, store_code=self.store_code, started_at=at)
        return replace(self, status=Status.PICKING), (started,)

    def pick(self, picks: Sequence[Pick]) -> "Transition":
        """Note what was found. Raise Conflict outside picking, Invalid for lines or quantities that make no sense."""
        if self.status is not Status.PICKING:
            self._refuse("be picked")
        lines = {line.line_id: line for line in self.lines}
        events: list[PickupEvent] = []
        for position, pick in enumerate(picks):
            pointer = f"/lines/{position}"
            if (before := lines.get(pick.line_id)) is None:
                raise Invalid("unknown_line", "The order has no such line.", f"{pointer}/line_id")
            after = lines[pick.line_id] = before.pick(pick.picked, pick.substitute, pointer)
            events += line_events(self.order_id, self.store_code, before, after)
        return replace(self, lines=tuple(lines.values())), tuple(events)

    def ready(self, staging_location: str, hold_for: timedelta, at: datetime) -> "Transition":
        """Raise Conflict outside picking, or while a line has not been looked for."""
        if self.status is not Status.PICKING:
            self._refuse("become ready")
        if left := [line.line_id for line in self.lines if line.picked is None]:
            raise Conflict("lines_left", "Not every line has been picked or found short.", line_ids=left)
        pickup = replace(
            self,
            status=Status.ARRIVED if self.arrival else Status.READY,
            staging_location=staging_location,
            ready_at=at,
            collect_by=at + hold_for,
        )
        return pickup, (
            PickupReady(
                order_id=self.order_id,
                store_code=self.store_code,
                lines=as_picked(self.lines),
                ready_at=at,
                collect_by=at + hold_for,
            ),
        )

    def arrive(self, arrival: Arrival) -> "Transition":
        """The shopper is there; before it is ready this is kept until it is. Said again it changes nothing."""
        if self.arrival is not None:
            return self, ()
        match self.status:
            case Status.SCHEDULED | Status.PICKING:
                arrived = replace(self, arrival=arrival)
            case Status.READY | Status.ARRIVED:
                arrived = replace(self, status=Status.ARRIVED, arrival=arrival)
            case Status.BOOKED | Status.HANDED_OVER | Status.CANCELLED | Status.EXPIRED:
                self._refuse("be arrived at")
            case _:
                assert_never(self.status)
        return arrived, (
            CustomerArrived(
                order_id=self.order_id, store_code=self.store_code, method=arrival.method, arrived_at=arrival.at
            ),
        )

    def hand_over(
        self, at: datetime, *, by: str, code_fits: bool, override_reason: str | None
    ) -> "Transition | WrongCode":
        """Raise Conflict when it has ended, is not ready, is not paid for, or when its code is locked."""
        if self.status not in WAITING:
            self._refuse("be handed over")
        if self.payment_method is PaymentMethod.PAY_IN_STORE and not self.paid:
            raise Conflict("payment_due", "The order is to be paid in the store, and has not been.")
        if override_reason is None:
            if self.attempts >= ATTEMPTS:
                raise Conflict("code_locked", "Too many wrong codes were tried; only an override helps now.")
            if not code_fits:
                return WrongCode(replace(self, attempts=self.attempts + 1))
        handed_over = PickupHandedOver(
            order_id=self.order_id, store_code=self.store_code, lines=as_picked(self.lines), handed_over_at=at
        )
        ended = replace(self._ended(Status.HANDED_OVER, None, at), handed_over_by=by, override_reason=override_reason)
        return ended, (handed_over,)

    def extend(self, collect_by: datetime, at: datetime) -> "Pickup":
        """Raise Conflict unless it waits to be collected, Invalid for a moment that is no extension."""
        if self.status not in WAITING or self.collect_by is None:
            self._refuse("be extended")
        if not self.collect_by < collect_by <= at + LONGEST_HOLD:
            detail = f"It lies after {self.collect_by.isoformat()} and within {LONGEST_HOLD.days} days from now."
            raise Invalid("not_an_extension", detail, "/collect_by")
        return replace(self, collect_by=collect_by)

    def cancel(self, reason: EndReason, at: datetime) -> "Transition":
        """Orders asks to let go of it. Once it has ended, the event of its end is the answer."""
        if self.status in ENDS:
            return self, ()
        cancelled = PickupCancelled(order_id=self.order_id, store_code=self.store_code, reason=reason, cancelled_at=at)
        return self._ended(Status.CANCELLED, reason, at), (cancelled,)

    def close(self, reason: EndReason, at: datetime) -> "Pickup":
        """Orders ended it, and knows."""
        return self if self.status in ENDS else self._ended(Status.CANCELLED, reason, at)

    def expire(self, at: datetime) -> "Transition":
        """Nobody came in time. What has ended, or was given more time, stays as it is."""
        if self.status not in WAITING or self.collect_by is None or at < self.collect_by:
            return self, ()
        expired = PickupExpired(order_id=self.order_id, store_code=self.store_code, expired_at=at)
        return self._ended(Status.EXPIRED, EndReason.NO_SHOW, at), (expired,)

    def require_nonce(self) -> str:
        """The nonce of its code. Raise Conflict while, or when, it has none."""
        if self.nonce is None or self.status in ENDS:
            self._refuse("be collected")
        return self.nonce

    def _ended(self, status: Status, reason: EndReason | None, at: datetime) -> "Pickup":
        arrival = replace(self.arrival, note=None) if self.arrival else None
        return replace(self, status=status, status_reason=reason, arrival=arrival, ended_at=at)

    def _refuse(self, what: str) -> NoReturn:
        match self.status:
            case Status.HANDED_OVER:
                raise Conflict("already_handed_over", "The order has been handed over.")
            case Status.CANCELLED | Status.EXPIRED:
                raise Conflict("pickup_ended", f"The pickup is {self.status}.")
            case Status.BOOKED:
                raise Conflict("not_confirmed", "The order is not confirmed yet.")
            case Status.SCHEDULED | Status.PICKING | Status.READY | Status.ARRIVED:
                raise Conflict("wrong_status", f"The pickup is {self.status} and cannot {what}.", status=self.status)
            case _:
                assert_never(self.status)


Transition = tuple[Pickup, tuple[PickupEvent, ...]]
