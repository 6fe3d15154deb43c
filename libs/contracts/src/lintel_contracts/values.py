"""The words events and APIs share: identifiers, quantities, channels, money and moments."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Sku = Code
StoreCode = Code
OrderId = Annotated[str, Field(min_length=1, max_length=64)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Quantity = Annotated[int, Field(gt=0, le=1_000_000_000)]
"""An integer in the product's unit: pieces, grams or millilitres."""


class Channel(StrEnum):
    WEB = "web"
    APP = "app"
    STORE = "store"
    CARE = "care"
    MARKETPLACE = "marketplace"


class UnitOfMeasure(StrEnum):
    EACH = "each"
    GRAM = "g"
    MILLILITRE = "ml"


_MINOR_DIGITS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
"""ISO 4217 currencies whose minor unit is not the hundredth."""

_LARGEST_AMOUNT = Decimal(10) ** 15


def minor_digits(currency: str) -> int:
    """Decimals of the currency's minor unit (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def _plain(amount: Decimal) -> str:
    return format(amount, "f")


Amount = Annotated[
    Decimal,
    Field(allow_inf_nan=False, gt=-_LARGEST_AMOUNT, lt=_LARGEST_AMOUNT, description="A decimal string, such as 12.34"),
    PlainSerializer(_plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,15}(\.\d+)?$"}, mode="serialization"),
]


class Money(BaseModel):
    """An exact amount in one ISO 4217 currency, never finer than the currency's minor unit.

    Adding two currencies raises ValueError: an order has one currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Amount
    currency: Currency

    @model_validator(mode="after")
    def _in_minor_units(self) -> Self:
        digits = minor_digits(self.currency)
        if self.amount.as_tuple().exponent == -digits:  # nearly always
            return self
        quantum = Decimal(1).scaleb(-digits)
        exact = self.amount.quantize(quantum)
        if exact != self.amount:
            raise ValueError(f"{self.currency} has {digits} decimals")
        object.__setattr__(self, "amount", exact + 0)  # + 0: there is no minus zero
        return self

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        return cls(amount=Decimal(amount), currency=currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(amount=Decimal(0), currency=currency)

    def __add__(self, other: Self) -> Self:
        self._same_currency(other)
        return self.model_copy(update={"amount": self.amount + other.amount})

    def __sub__(self, other: Self) -> Self:
        self._same_currency(other)
        return self.model_copy(update={"amount": self.amount - other.amount})

    def _same_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")


def _to_zulu(moment: datetime) -> str:
    text = moment.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _written_out(value: object) -> object:
    """A number would else be read as seconds or milliseconds since 1970, whichever fits."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and value[4:5] != "-"):
        raise ValueError("a moment is written as RFC 3339, such as 2026-05-01T12:00:00Z")
    return value


def _to_utc(moment: datetime) -> datetime:
    if not _EARLIEST <= moment < _LATEST:  # so that time can be added, and seen from any zone
        raise ValueError("a moment lies between 1900 and 2200")
    return moment.astimezone(UTC)


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_to_utc),
    PlainSerializer(_to_zulu, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A moment in UTC from 1900 to 2200, written as RFC 3339 with a Z."""


class Window(BaseModel):
    """A time window, from the first moment in it to the first after it."""

    model_config = ConfigDict(frozen=True)

    starts_at: Moment
    ends_at: Moment
