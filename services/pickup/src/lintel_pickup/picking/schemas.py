"""What a picker says."""

from typing import Annotated

from pydantic import Field

from lintel_contracts.values import Quantity, Sku
from lintel_pickup.pickups.domain.lines import Substitute
from lintel_pickup.pickups.domain.pickup import Pick
from lintel_pickup.schemas import Input, Text


class SubstituteInput(Input):
    sku: Sku
    quantity: Quantity


class PickInput(Input):
    line_id: Text
    picked: Annotated[int, Field(ge=0)]
    substitute: SubstituteInput | None = None

    def pick(self) -> Pick:
        substitute = Substitute(self.substitute.sku, self.substitute.quantity) if self.substitute else None
        return Pick(self.line_id, self.picked, substitute)


class PicksInput(Input):
    lines: Annotated[list[PickInput], Field(min_length=1, max_length=500)]


class ReadyInput(Input):
    staging_location: Text
