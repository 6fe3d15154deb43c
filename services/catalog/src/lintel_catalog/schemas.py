"""What the shapes of all slices are made of."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lintel_catalog.entries.domain.gtin import gtin14
from lintel_contracts.values import Money

TEXT = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]
Gtin = Annotated[str, Field(max_length=14), AfterValidator(gtin14)]


def _not_negative(money: Money) -> Money:
    if money.amount < Decimal(0):
        raise ValueError("a price is not negative")
    return money


Cost = Annotated[Money, AfterValidator(_not_negative)]


class Input(BaseModel):
    """What catalog accepts has no members that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
