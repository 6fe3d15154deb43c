"""What the shapes of all slices are made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lintel_contracts.values import Money

MAX_LINES = 500

Opaque = Annotated[str, Field(min_length=1, max_length=64)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


LARGEST_STATED = 10**12


def _of_bounded_size(money: Money) -> Money:
    if abs(money.amount) >= LARGEST_STATED:
        raise ValueError(f"an amount is below {LARGEST_STATED}")
    return money


StatedMoney = Annotated[Money, AfterValidator(_of_bounded_size)]
"""Money that a client states: of a size that sums of it still fit what is kept."""


class Input(BaseModel):
    """What orders accepts has no members that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
