"""The shapes of orders."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.values import Channel, Code, Moment, Money, StoreCode
from lintel_orders.customers.domain import Contact
from lintel_orders.orders.domain import External, PaymentStatus, Status
from lintel_orders.orders.request import OrderRequest
from lintel_orders.pricing.schemas import BasketInput, QuotedLineView, QuoteView
from lintel_orders.schemas import Input, Opaque, ShortText, StatedMoney


class FulfilmentInput(Input):
    type: Literal["pickup"]
    store_code: StoreCode
    slot_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """None: the store's earliest free slot."""


class PaymentInput(Input):
    method: PaymentMethod
    token: ShortText | None = None
    reference: ShortText | None = None


class ContactInput(Input):
    name: ShortText
    email: ShortText | None = None
    phone: ShortText | None = None
    locale: ShortText | None = None


class ExternalInput(Input):
    """Where the order came from, for marketplaces; unique for good."""

    source: Opaque
    id: Opaque


class PlaceOrderInput(BasketInput):
    fulfilment: FulfilmentInput
    payment: PaymentInput
    contact: ContactInput | None = None
    pickup_person: ShortText | None = None
    claims: tuple[Code, ...] = ()
    hold_id: Opaque | None = None
    expected_total: StatedMoney | None = None
    customer_id: Opaque | None = None
    """For whom customer care orders."""
    external: ExternalInput | None = None

    def request(self) -> OrderRequest:
        """Raise as `wanted_lines` does."""
        return OrderRequest(
            channel=self.channel,
            store_code=self.fulfilment.store_code,
            lines=self.wanted_lines(),
            payment_method=self.payment.method,
            slot_id=self.fulfilment.slot_id,
            contact=self._contact(),
            claims=self.claims,
            hold_id=self.hold_id,
            expected_total=self.expected_total,
            customer_id=self.customer_id,
            external=External(self.external.source, self.external.id) if self.external else None,
        )

    def _contact(self) -> Contact | None:
        if self.contact is None and self.pickup_person is None:
            return None
        given = self.contact.model_dump() if self.contact else {}
        return Contact(**given, pickup_person=self.pickup_person)


class CancelInput(Input):
    reason: ShortText
    """For the record of whoever asks; who asked decides the order's status_reason."""


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
