"""A pickup read back from its own events: where the state was lost and the facts were not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from lintel_contracts.orders_orders import EndReason, HandedOverLine
from lintel_contracts.pickup_pickups import (
    CustomerArrived,
    LineShortPicked,
    LineSubstituted,
    PickingStarted,
    PickupCancelled,
    PickupExpired,
    PickupHandedOver,
    PickupReady,
    PickupSlotBooked,
    PickupSlotRejected,
)
from lintel_pickup.pickups.domain.lines import Line, Substitute
from lintel_pickup.pickups.domain.pickup import Arrival, Pickup, Status

OwnFact = (
    PickupSlotBooked | PickupSlotRejected | PickingStarted | LineShortPicked | LineSubstituted | PickupReady
    | CustomerArrived | PickupHandedOver | PickupCancelled | PickupExpired
)  # fmt: skip


def after(pickup: Pickup, fact: OwnFact, nonce: str, at: datetime) -> Pickup:  # noqa: C901, PLR0911 - a case for each fact
    """The pickup after the next of its facts, published at this moment; `nonce` is for want of one."""
    match fact:
        case PickupSlotBooked():
            return replace(pickup, slot=fact.slot)
        case PickupSlotRejected():
            return pickup.close(EndReason(fact.reason), at)
        case PickingStarted():
            return replace(pickup, status=Status.PICKING, nonce=pickup.nonce or nonce)
        case LineShortPicked():
            return _with_line(pickup, fact.line_id, lambda line: replace(line, picked=fact.picked))
        case LineSubstituted():
            substitute = Substitute(fact.substitute_sku, fact.quantity)
            return _with_line(pickup, fact.line_id, lambda line: replace(line, substitute=substitute))
        case PickupReady():
            staged = _picked(pickup, fact.lines)
            status = Status.ARRIVED if pickup.arrival else Status.READY
            return replace(staged, status=status, ready_at=fact.ready_at, collect_by=fact.collect_by)
        case CustomerArrived():
            arrived = replace(pickup.confirm(nonce), arrival=Arrival(fact.method, fact.arrived_at))
            return replace(arrived, status=Status.ARRIVED) if arrived.status is Status.READY else arrived
        case PickupHandedOver():
            return _ended(_picked(pickup, fact.lines), Status.HANDED_OVER, None, fact.handed_over_at)
        case PickupCancelled():
            return _ended(pickup, Status.CANCELLED, fact.reason, fact.cancelled_at)
        case PickupExpired():
            return _ended(pickup, Status.EXPIRED, EndReason.NO_SHOW, fact.expired_at)
        case _:
            assert_never(fact)


def _with_line(pickup: Pickup, line_id: str, change: Callable[[Line], Line]) -> Pickup:
    lines = (change(line) if line.line_id == line_id else line for line in pickup.lines)
    return replace(pickup, lines=tuple(lines))


def _picked(pickup: Pickup, lines: tuple[HandedOverLine, ...]) -> Pickup:
    """A line's own product is what was picked of it; a substitute has an event of its own."""
    picked = {(line.line_id, line.sku): line.quantity for line in lines}

    def line_of(line: Line) -> Line:
        return replace(line, picked=picked.get((line.line_id, line.sku), line.picked))

    return replace(pickup, lines=tuple(map(line_of, pickup.lines)))


def _ended(pickup: Pickup, status: Status, reason: EndReason | None, at: datetime) -> Pickup:
    return replace(pickup, status=status, status_reason=reason, ended_at=at)
