"""The shapes of sales."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from lintel_contracts.orders_sales import SaleLine, SaleRecorded, Tender, TenderKind
from lintel_contracts.values import Code, Moment, Money, Quantity, Sku, StoreCode
from lintel_orders.sales.domain import SaleResult, TillSale
from lintel_orders.schemas import MAX_LINES, Input, Opaque, StatedMoney


class SaleReturnInput(Input):
    sale_id: Opaque
    line_id: Opaque


class SaleLineInput(Input):
    line_id: Opaque
    sku: Sku
    quantity: Quantity
    unit_price: StatedMoney
    discount: StatedMoney | None = None
    tax: StatedMoney | None = None
    order_line_id: Opaque | None = None
    returns: SaleReturnInput | None = None

    def line(self) -> SaleLine:
        return SaleLine(
            line_id=self.line_id,
            sku=self.sku,
            quantity=self.quantity,
            unit_price=self.unit_price,
            order_line_id=self.order_line_id,
            returns_sale_id=self.returns.sale_id if self.returns else None,
        )


class TenderInput(Input):
    kind: TenderKind
    amount: StatedMoney


class SaleInput(Input):
    """A till's sale. `seq` has no gaps within a register; `device_time` is the till's own clock."""

    id: Opaque
    store_code: StoreCode
    register_code: Annotated[Opaque, Field(alias="register")]
    business_day: date
    seq: Annotated[int, Field(ge=0, le=2**31 - 1)]
    device_time: Moment
    lines: Annotated[tuple[SaleLineInput, ...], Field(min_length=1, max_length=MAX_LINES)]
    tenders: Annotated[tuple[TenderInput, ...], Field(max_length=20)]
    total: StatedMoney
    order_id: Opaque | None = None
    cart_id: Opaque | None = None
    hold_id: Opaque | None = None
    claims: tuple[Code, ...] = ()
    customer_id: Opaque | None = None
    visitor_id: Opaque | None = None

    def received(self, at: datetime) -> TillSale:
        content = self.model_dump_json(by_alias=True, exclude_none=True, exclude={"customer_id", "visitor_id"})
        fact = SaleRecorded(
            sale_id=self.id,
            store_code=self.store_code,
            register_id=self.register_code,
            business_day=self.business_day,
            seq=self.seq,
            lines=tuple(line.line() for line in self.lines),
            tenders=tuple(Tender(kind=tender.kind, amount=tender.amount) for tender in self.tenders),
            total=self.total,
            order_id=self.order_id,
            hold_id=self.hold_id,
            cart_id=self.cart_id,
            occurred_at=self.device_time,
            received_at=at,
        )
        return TillSale(fact, content, self.customer_id or self.visitor_id)


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
    status: SaleResult
