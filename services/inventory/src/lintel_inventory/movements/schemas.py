"""The shapes of movements."""

from typing import Annotated

from pydantic import BaseModel, Field

from lintel_contracts.values import Code, Moment, Sku, StoreCode
from lintel_inventory.ledger.domain.movement import Movement, MovementKind
from lintel_inventory.movements.domain import StatedKind, StatedMovement
from lintel_inventory.schemas import LARGEST, Input

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class MovementInput(Input):
    """`quantity` is a delta, signed for adjustments; for a count it is what was seen, and sets `on_hand` if that still
    is `expected_on_hand`."""  # noqa: D205, D209 - one sentence

    id: Code
    store_code: StoreCode
    sku: Sku
    kind: StatedKind
    quantity: int = Field(ge=-LARGEST, le=LARGEST)
    expected_on_hand: int | None = Field(default=None, description="for counts: what the books said to the counter")
    occurred_at: Moment | None = Field(default=None, description="by default the moment of the request")
    reason: _Text
    document: _Text | None = None

    def stated(self) -> StatedMovement:
        return StatedMovement(**self.model_dump(exclude={"occurred_at"}), occurred_at=self.occurred_at)


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
