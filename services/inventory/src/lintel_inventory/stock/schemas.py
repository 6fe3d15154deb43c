"""The shapes of stock, availability and explanations."""

from enum import StrEnum

from pydantic import BaseModel, Field

from lintel_contracts.values import Moment, Quantity, Sku, StoreCode
from lintel_inventory.movements.schemas import MovementView
from lintel_inventory.schemas import LARGEST, Input


class PolicyInput(Input):
    safety_stock: int = Field(ge=0, le=LARGEST)


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
