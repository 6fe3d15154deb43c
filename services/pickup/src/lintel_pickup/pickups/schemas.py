"""The shapes of pickups."""

from pydantic import BaseModel

from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.pickup_pickups import ArrivalMethod
from lintel_contracts.values import Moment
from lintel_pickup.pickups.domain.pickup import Pickup, Status
from lintel_pickup.slots.domain.grid import slot_id


class BookedSlotView(BaseModel):
    slot_id: str
    starts_at: Moment
    ends_at: Moment


class SubstituteView(BaseModel):
    sku: str
    quantity: int


class LineView(BaseModel):
    line_id: str
    sku: str
    name: str
    unit: str
    quantity: int
    picked: int | None = None
    """Null until somebody looked for it."""
    substitute: SubstituteView | None = None


class PaymentView(BaseModel):
    method: PaymentMethod | None
    due: bool
    """Whether it is still to be paid before it can be handed over."""


class ArrivalView(BaseModel):
    method: ArrivalMethod
    at: Moment
    bay: str | None = None
    note: str | None = None


class PickupView(BaseModel):
    order_id: str
    number: str | None = None
    store_code: str
    status: Status
    status_reason: EndReason | None = None
    slot: BookedSlotView | None = None
    payment: PaymentView
    lines: list[LineView]
    staging_location: str | None = None
    arrival: ArrivalView | None = None
    ready_at: Moment | None = None
    collect_by: Moment | None = None
    ended_at: Moment | None = None
    override_reason: str | None = None

    @classmethod
    def of(cls, pickup: Pickup) -> "PickupView":
        slot, arrival = pickup.slot, pickup.arrival
        due = pickup.payment_method is PaymentMethod.PAY_IN_STORE and not pickup.paid
        return cls(
            order_id=pickup.order_id,
            number=pickup.number,
            store_code=pickup.store_code,
            status=pickup.status,
            status_reason=pickup.status_reason,
            slot=BookedSlotView(
                slot_id=slot_id(pickup.store_code, slot.starts_at), starts_at=slot.starts_at, ends_at=slot.ends_at
            )
            if slot
            else None,
            payment=PaymentView(method=pickup.payment_method, due=due),
            lines=[LineView.model_validate(line, from_attributes=True) for line in pickup.lines],
            staging_location=pickup.staging_location,
            arrival=ArrivalView.model_validate(arrival, from_attributes=True) if arrival else None,
            ready_at=pickup.ready_at,
            collect_by=pickup.collect_by,
            ended_at=pickup.ended_at,
            override_reason=pickup.override_reason,
        )
