"""The shapes of baskets and quotes."""

from typing import Annotated

from pydantic import BaseModel, Field

from lintel_contracts.errors import Invalid, NotFound
from lintel_contracts.values import Channel, Code, Money, Quantity, Sku, StoreCode, UnitOfMeasure
from lintel_orders.pricing.domain import WantedLine
from lintel_orders.schemas import MAX_LINES, Input, Opaque


class LineInput(Input):
    sku: Sku
    quantity: Quantity


class BasketInput(Input):
    channel: Channel
    lines: Annotated[tuple[LineInput, ...], Field(min_length=1, max_length=MAX_LINES)] = ()
    """Either lines or a cart."""
    cart_id: Opaque | None = None

    def wanted_lines(self) -> list[WantedLine]:
        """Raise Invalid without lines, NotFound for a cart."""
        if self.cart_id is not None:
            raise NotFound("cart_not_found", "There is no such cart.", "/cart_id")
        if not self.lines:
            raise Invalid("lines_required", "Name the lines, or a cart.", "/lines")
        return [WantedLine(line.sku, line.quantity) for line in self.lines]


class QuoteInput(BasketInput):
    store_code: StoreCode
    claims: tuple[Code, ...] = ()


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
