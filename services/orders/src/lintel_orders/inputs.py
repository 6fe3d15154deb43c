"""The shapes that orders accepts."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lintel_contracts.orders_orders import PaymentMethod
from lintel_contracts.orders_sales import TenderKind
from lintel_contracts.values import Channel, Code, Moment, Money, Quantity, Sku, StoreCode

MAX_LINES = 500

Opaque = Annotated[str, Field(min_length=1, max_length=64)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineInput(_Input):
    sku: Sku
    quantity: Quantity


Lines = Annotated[tuple[LineInput, ...], Field(min_length=1, max_length=MAX_LINES)]


class _Basket(_Input):
    channel: Channel
    lines: Lines = ()
    """Either lines or a cart."""
    cart_id: Opaque | None = None


class QuoteInput(_Basket):
    store_code: StoreCode
    claims: tuple[Code, ...] = ()


class FulfilmentInput(_Input):
    type: Literal["pickup"]
    store_code: StoreCode
    slot_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """None: the store's earliest free slot."""


class PaymentInput(_Input):
    method: PaymentMethod
    token: ShortText | None = None
    reference: ShortText | None = None


class ContactInput(_Input):
    name: ShortText
    email: ShortText | None = None
    phone: ShortText | None = None
    locale: ShortText | None = None


class ExternalInput(_Input):
    """Where the order came from, for marketplaces; unique for good."""

    source: Opaque
    id: Opaque


class PlaceOrderInput(_Basket):
    fulfilment: FulfilmentInput
    payment: PaymentInput
    contact: ContactInput | None = None
    pickup_person: ShortText | None = None
    claims: tuple[Code, ...] = ()
    hold_id: Opaque | None = None
    expected_total: Money | None = None
    customer_id: Opaque | None = None
    """For whom customer care orders."""
    external: ExternalInput | None = None


class CancelInput(_Input):
    reason: ShortText
    """For the record of whoever asks; who asked decides the order's status_reason."""


class ErasureInput(_Input):
    customer_id: Opaque
    """As the retailer's own tokens name the customer."""


class SaleReturnInput(_Input):
    sale_id: Opaque
    line_id: Opaque


class SaleLineInput(_Input):
    line_id: Opaque
    sku: Sku
    quantity: Quantity
    unit_price: Money
    discount: Money | None = None
    tax: Money | None = None
    order_line_id: Opaque | None = None
    returns: SaleReturnInput | None = None


class TenderInput(_Input):
    kind: TenderKind
    amount: Money


class SaleInput(_Input):
    """A till's sale. `seq` has no gaps within a register; `device_time` is the till's own clock."""

    id: Opaque
    store_code: StoreCode
    register_code: Annotated[Opaque, Field(alias="register")]
    business_day: date
    seq: Annotated[int, Field(ge=0)]
    device_time: Moment
    lines: Annotated[tuple[SaleLineInput, ...], Field(min_length=1, max_length=MAX_LINES)]
    tenders: Annotated[tuple[TenderInput, ...], Field(max_length=20)]
    total: Money
    order_id: Opaque | None = None
    cart_id: Opaque | None = None
    hold_id: Opaque | None = None
    claims: tuple[Code, ...] = ()
    customer_id: Opaque | None = None
    visitor_id: Opaque | None = None
