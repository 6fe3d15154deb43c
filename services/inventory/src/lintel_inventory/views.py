"""What the API shows and takes."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lintel_contracts.values import Code, Moment, Quantity, Sku, StoreCode
from lintel_inventory.domain.entry import Entry, EntryKind
from lintel_inventory.domain.movement import Movement, MovementKind

_LARGEST = 1_000_000_000
_Text = Annotated[str, Field(min_length=1, max_length=200)]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MovementInput(Input):
    """`quantity` is a delta, signed for adjustments; for a count it is what was seen, and sets `on_hand` if that still
    is `expected_on_hand`."""  # noqa: D205, D209 - one sentence

    id: Code
    store_code: StoreCode
    sku: Sku
    kind: EntryKind
    quantity: int = Field(ge=-_LARGEST, le=_LARGEST)
    expected_on_hand: int | None = Field(default=None, description="for counts: what the books said to the counter")
    occurred_at: Moment | None = Field(default=None, description="by default the moment of the request")
    reason: _Text
    document: _Text | None = None

    def entry(self) -> Entry:
        return Entry(**self.model_dump(exclude={"occurred_at"}), occurred_at=self.occurred_at)


class MovementView(BaseModel):
    """A row of the ledger: what was stated, and what it did."""

    id: str
    store_code: str
    sku: str
    kind: MovementKind
    quantity: int
    on_hand_delta: int
    unsellable_delta: int
    reason: str
    document: str | None
    occurred_at: Moment
    recorded_at: Moment
    absorbed: bool = Field(description="a later count had seen its result: on_hand was left alone")

    @classmethod
    def of(cls, movement: Movement) -> "MovementView":
        return cls.model_validate(movement, from_attributes=True)


class PolicyInput(Input):
    safety_stock: int = Field(ge=0, le=_LARGEST)


class StockView(BaseModel):
    store_code: str
    sku: str
    on_hand: int
    unsellable: int
    reserved: int
    safety_stock: int
    available: int
    as_of: Moment


class EarlierMovements(BaseModel):
    """The sums of the movements before those that are listed."""

    count: int
    on_hand: int
    unsellable: int


class ReservationView(BaseModel):
    order_id: str
    quantity: int
    reserved_at: Moment


class ExplanationView(BaseModel):
    """`earlier` and `movements` add up to on_hand and unsellable, the reservations to reserved."""

    store_code: str
    sku: str
    at: Moment
    on_hand: int
    unsellable: int
    reserved: int
    movements: list[MovementView] = Field(description="the newest first, at most 200")
    earlier: EarlierMovements
    reservations: list[ReservationView] = Field(description="the newest first, at most 200")
    other_reservations: int = Field(description="quantity reserved by those not listed")


class StockStatus(StrEnum):
    IN_STOCK = "in_stock"
    LOW = "low"
    OUT = "out"


class WantedLine(Input):
    sku: Sku
    quantity: Quantity = 1


class AvailabilityInput(Input):
    lines: list[WantedLine] = Field(min_length=1, max_length=200)
    store_codes: list[StoreCode] = Field(min_length=1, max_length=50)


class AvailableLine(BaseModel):
    sku: str
    status: StockStatus
    available: int = Field(ge=0, le=20, description="20 stands for 20 or more")


class StoreAvailability(BaseModel):
    store_code: str
    as_of: Moment
    lines: list[AvailableLine]
    all_in_stock: bool


class AvailabilityView(BaseModel):
    items: list[StoreAvailability]
