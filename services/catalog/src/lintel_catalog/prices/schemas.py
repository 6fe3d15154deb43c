"""The shapes of price lists and prices."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from lintel_catalog.entries.domain.price import Price, PriceList
from lintel_catalog.schemas import Cost, Input
from lintel_contracts.values import Channel, Code, Currency, Moment, Money, Sku, StoreCode


class PriceListInput(Input):
    currency: Currency | None = None
    """Of all its prices; only the base list has none."""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=len(Channel))] | None = None
    store_codes: Annotated[tuple[StoreCode, ...], Field(min_length=1, max_length=1000)] | None = None
    prices_include_tax: bool

    def price_list(self, code: str) -> PriceList:
        return PriceList(code, self.currency, self.channels, self.store_codes, self.prices_include_tax)


class PriceInput(Input):
    price: Cost
    was: Money | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.was is not None and (self.was.currency != self.price.currency or self.was.amount <= self.price.amount):
            raise ValueError("`was` is above `price`, in the same currency")
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError("`valid_until` is after `valid_from`")
        return self

    def on(self, price_list: str) -> Price:
        return Price(price_list, self.price, self.was, self.valid_from, self.valid_until)


class PriceItem(PriceInput):
    price_list: Code
    sku: Sku


class PriceListView(BaseModel):
    price_list: str
    currency: str | None
    channels: list[Channel] | None
    store_codes: list[str] | None
    prices_include_tax: bool

    @classmethod
    def of(cls, found: PriceList) -> Self:
        return cls(
            price_list=found.code,
            currency=found.currency,
            channels=None if found.channels is None else list(found.channels),
            store_codes=None if found.store_codes is None else list(found.store_codes),
            prices_include_tax=found.prices_include_tax,
        )


class PriceView(BaseModel):
    price: Money
    was: Money | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    @classmethod
    def of(cls, found: Price) -> "PriceView":
        return cls(price=found.price, was=found.was, valid_from=found.valid_from, valid_until=found.valid_until)


class PricesView(BaseModel):
    """All prices of a product on one list, past ones too."""

    items: list[PriceView]
    next_cursor: None = None


class PutPriceView(PriceView):
    price_list: str
    sku: str
