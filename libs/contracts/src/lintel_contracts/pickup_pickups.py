"""Topic pickup.pickups: what the store does for an order, up to its hand-over."""

from enum import StrEnum
from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.orders_orders import EndReason, HandedOverLine
from lintel_contracts.topic import Topic, fact_topic
from lintel_contracts.values import Moment, OrderId, Quantity, Sku, StoreCode, Window

TOPIC = fact_topic("pickup.pickups")


class SlotRejectionReason(StrEnum):
    SLOT_FULL = "slot_full"
    STORE_CLOSED = "store_closed"


class ArrivalMethod(StrEnum):
    APP = "app"
    LINK = "link"
    QR = "qr"
    GEOFENCE = "geofence"
    BAY = "bay"
    DESK = "desk"


class PickupEvent(Event):
    topic: ClassVar[Topic] = TOPIC

    order_id: OrderId
    store_code: StoreCode

    @property
    def key(self) -> str:
        return self.order_id


class PickupSlotBooked(PickupEvent):
    """The order has a place in this slot, until it ends."""

    type: ClassVar[str] = "pickup.PickupSlotBooked.v1"

    slot_id: str
    slot: Window


class PickupSlotRejected(PickupEvent):
    """No slot was booked: the one asked for is full, past or closed."""

    type: ClassVar[str] = "pickup.PickupSlotRejected.v1"

    reason: SlotRejectionReason


class PickingStarted(PickupEvent):
    """An associate began to pick."""

    type: ClassVar[str] = "pickup.PickingStarted.v1"

    started_at: Moment


class LineShortPicked(PickupEvent):
    """Less of a line was on the shelf than ordered."""

    type: ClassVar[str] = "pickup.LineShortPicked.v1"

    line_id: str
    sku: Sku
    ordered: Quantity
    picked: int


class LineSubstituted(PickupEvent):
    """Another product goes in the place of what was missing of a line."""

    type: ClassVar[str] = "pickup.LineSubstituted.v1"

    line_id: str
    sku: Sku
    substitute_sku: Sku
    quantity: Quantity


class PickupReady(PickupEvent):
    """The order waits at the staging location; after `collect_by` it expires."""

    type: ClassVar[str] = "pickup.PickupReady.v1"

    lines: tuple[HandedOverLine, ...]
    """What was picked."""
    ready_at: Moment
    collect_by: Moment


class CustomerArrived(PickupEvent):
    """The shopper is at the store; one event, however often and by whatever means they said so."""

    type: ClassVar[str] = "pickup.CustomerArrived.v1"

    method: ArrivalMethod
    arrived_at: Moment


class PickupHandedOver(PickupEvent):
    """The goods left with the shopper."""

    type: ClassVar[str] = "pickup.PickupHandedOver.v1"

    lines: tuple[HandedOverLine, ...]
    handed_over_at: Moment


class PickupCancelled(PickupEvent):
    """The pickup ended because the order was to be cancelled, and the goods had not left."""

    type: ClassVar[str] = "pickup.PickupCancelled.v1"

    reason: EndReason
    cancelled_at: Moment


class PickupExpired(PickupEvent):
    """Nobody came in time."""

    type: ClassVar[str] = "pickup.PickupExpired.v1"

    expired_at: Moment
