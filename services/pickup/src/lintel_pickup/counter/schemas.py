"""What is said at the counter."""

from typing import Annotated, Self

import segno
from pydantic import BaseModel, Field, model_validator

from lintel_contracts.pickup_pickups import ArrivalMethod
from lintel_contracts.values import Moment
from lintel_pickup.schemas import Input, Text


class ArriveInput(Input):
    method: ArrivalMethod
    bay: Annotated[str, Field(max_length=32)] | None = None
    note: Annotated[str, Field(max_length=200)] | None = None


class HandOverInput(Input):
    """The shopper's code, or why it is done without one."""

    code: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    override_reason: Text | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.override_reason is None):
            raise ValueError("either code or override_reason")
        return self


class ExtendInput(Input):
    collect_by: Moment


class CodeView(BaseModel):
    code: str
    qr_svg: str
    """An SVG image whose QR code reads `<order_id>/<code>`."""

    @classmethod
    def of(cls, order_id: str, code: str) -> "CodeView":
        image = segno.make(f"{order_id}/{code}", micro=False)
        return cls(code=code, qr_svg=image.svg_inline(scale=4))
