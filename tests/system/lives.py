"""What may follow what: the life of an order on each topic, and the check that one was lived so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

_BEGIN = ""
_ENDS = {"OrderRejected", "OrderCancelled", "OrderExpired", "OrderCompleted"}

_ORDER = {
    _BEGIN: {"OrderPlaced"},
    "OrderPlaced": {"OrderConfirmed", "OrderRejected", "OrderCancelled"},
    "OrderConfirmed": {"OrderReady", "OrderCancelRequested", "OrderCompleted", "OrderCancelled", "OrderExpired"},
    "OrderReady": {"OrderCancelRequested", "OrderCompleted", "OrderCancelled", "OrderExpired"},
    "OrderCancelRequested": {"OrderCompleted", "OrderCancelled", "OrderExpired"},
}
_PICKED = {"LineShortPicked", "LineSubstituted", "PickupReady", "PickupCancelled"}
_PICKUP = {
    _BEGIN: {"PickupSlotBooked", "PickupSlotRejected"},
    "PickupSlotBooked": {"PickingStarted", "PickupCancelled"},
    "PickingStarted": _PICKED,
    "LineShortPicked": _PICKED,
    "LineSubstituted": _PICKED,
    "PickupReady": {"PickupHandedOver", "PickupCancelled", "PickupExpired"},
}
_RESERVATION = {
    _BEGIN: {"StockReserved", "StockReservationRejected"},
    "StockReserved": {"StockIssued", "StockReleased"},
    "StockIssued": {"StockReleased"},
}
_MACHINES: Mapping[str, Mapping[str, set[str]]] = {
    "/orders": _ORDER,
    "/pickup": _PICKUP,
    "/inventory": _RESERVATION,
}
_ASIDE = {"CustomerArrived", "PaymentCaptured"}
"""These come whenever they come."""

TOPICS = ("orders.orders", "orders.payments", "pickup.pickups", "inventory.reservations")
"""Where the events of an order are."""


def names(events: Iterable[Mapping[str, Any]], source: str = "/orders") -> list[str]:
    """Of one order's events, those of one service: ["OrderPlaced", ...]."""
    return [event["type"].split(".")[1] for event in sorted(events, key=_sequence) if event["source"] == source]


def end_of(events: Iterable[Mapping[str, Any]]) -> str | None:
    """How an order ended, or None; more than one end fails the test."""
    ends = [name for name in names(events) if name in _ENDS]
    assert len(ends) <= 1, ends
    return ends[0] if ends else None


def check_life(events: list[dict[str, Any]]) -> None:
    """Fail unless every service published its part of one order whole, in order, and by the state machine."""
    by_source = defaultdict(list)
    for event in events:
        by_source[event["source"]].append(event)
    for source, part in by_source.items():
        sequences = [int(_sequence(event).rpartition("-")[2]) for event in sorted(part, key=_sequence)]
        assert sequences == list(range(1, len(part) + 1)), (source, sequences)
        by_topic = defaultdict(list)
        for event in part:
            by_topic[event["type"] == "orders.PaymentCaptured.v1"].append(_sequence(event))
        assert all(numbers == sorted(numbers) for numbers in by_topic.values()), (source, by_topic)
        before = _BEGIN
        for name in names(part, source):
            if name not in _ASIDE:
                assert name in _MACHINES[source].get(before, set()), (source, names(part, source))
                before = name


def _sequence(event: Mapping[str, Any]) -> str:
    return str(event["sequence"])
