"""The shapes that orders answers with."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.values import Channel, Moment, Money, UnitOfMeasure
from lintel_orders.domain.order import PaymentStatus, Status


class DiscountView(BaseModel):
    reason: str
    amount: Money


class TaxLineView(BaseModel):
    rate: str
    """A decimal fraction: 0.19."""
    amount: Money


class QuotedLineView(BaseModel):
    line_id: str
    sku: str
    name: str
    image_url: str | None = None
    unit: UnitOfMeasure
    price_per: int
    quantity: int
    unit_price: Money
    discounts: list[DiscountView]
    tax: Money
    total: Money


class QuoteView(BaseModel):
    """What a basket costs now, at this store."""

    store_code: str
    lines: list[QuotedLineView]
    subtotal: Money
    discounts: list[DiscountView]
    tax_lines: list[TaxLineView]
    total: Money
    prices_include_tax: bool


class OrderLineView(QuotedLineView):
    picked: int | None = None
    handed_over: int | None = None
    returned: int | None = None
    substitutes: list[dict[str, Any]] | None = None


class PaymentView(BaseModel):
    method: PaymentMethod
    status: PaymentStatus
    paid: Money
    next_action: dict[str, Any] | None = None


class SlotView(BaseModel):
    slot_id: str | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class FulfilmentView(BaseModel):
    type: Literal["pickup"]
    store_code: str
    slot: SlotView | None = None


class OrderView(QuoteView):
    id: str
    number: str
    channel: Channel
    status: Status
    status_reason: EndReason | None = None
    lines: list[OrderLineView]  # type: ignore[assignment]  # an order's lines are a quote's, with what became of them
    payment: PaymentView
    fulfilment: FulfilmentView
    placed_at: Moment
    confirmed_at: Moment | None = None
    ready_at: Moment | None = None
    collect_by: Moment | None = None
    ended_at: Moment | None = None


class ContactView(BaseModel):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    pickup_person: str | None = None


class SaleView(BaseModel):
    id: str
    store_code: str
    register_code: str = Field(alias="register")
    business_day: date
    seq: int
    total: Money
    order_id: str | None = None
    received_at: Moment


class SaleOutcome(BaseModel):
    id: str
    status: Literal["accepted", "duplicate"]


class CustomerView(BaseModel):
    pseudonym: str
    """What this customer is called in events and by every service."""


class SessionView(BaseModel):
    token: str
    visitor_id: str
    expires_at: Moment
