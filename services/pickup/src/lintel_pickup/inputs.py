"""What pickup's routes take."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from lintel_contracts.pickup_pickups import ArrivalMethod
from lintel_contracts.values import Quantity, Sku
from lintel_pickup.domain.lines import Substitute
from lintel_pickup.domain.pickup import Pick
from lintel_pickup.domain.slots import Policy

_DEFAULT = Policy()
_DAY = timedelta(days=1)

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PolicyInput(_Input):
    """Durations are ISO 8601. What is left out gets its default."""

    slot_length: Annotated[timedelta, Field(ge=timedelta(minutes=5), le=_DAY)] = _DEFAULT.slot_length
    slot_capacity: Annotated[int, Field(ge=0, le=100_000)] = _DEFAULT.slot_capacity
    lead_time: Annotated[timedelta, Field(ge=timedelta(0), le=14 * _DAY)] = _DEFAULT.lead_time
    hold_for: Annotated[timedelta, Field(ge=timedelta(seconds=1), le=14 * _DAY)] = _DEFAULT.hold_for
    remind_after: Annotated[timedelta, Field(ge=timedelta(0), le=14 * _DAY)] = _DEFAULT.remind_after

    def policy(self) -> Policy:
        return Policy(**dict(self))


class SubstituteInput(_Input):
    sku: Sku
    quantity: Quantity


class PickInput(_Input):
    line_id: _Text
    picked: Annotated[int, Field(ge=0)]
    substitute: SubstituteInput | None = None

    def pick(self) -> Pick:
        substitute = Substitute(self.substitute.sku, self.substitute.quantity) if self.substitute else None
        return Pick(self.line_id, self.picked, substitute)


class PicksInput(_Input):
    lines: Annotated[list[PickInput], Field(min_length=1, max_length=500)]


class ReadyInput(_Input):
    staging_location: _Text


class ArriveInput(_Input):
    method: ArrivalMethod
    bay: Annotated[str, Field(max_length=32)] | None = None
    note: Annotated[str, Field(max_length=200)] | None = None


class HandOverInput(_Input):
    """The shopper's code, or why it is done without one."""

    code: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    override_reason: _Text | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.override_reason is None):
            raise ValueError("either code or override_reason")
        return self


class ExtendInput(_Input):
    collect_by: AwareDatetime
