"""The shapes of policies: durations are ISO 8601."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from lintel_pickup.policies.domain import Policy
from lintel_pickup.schemas import Input

_DEFAULT = Policy()
_DAY = timedelta(days=1)


class PolicyInput(Input):
    """What is left out gets its default."""

    slot_length: Annotated[timedelta, Field(ge=timedelta(minutes=5), le=_DAY)] = _DEFAULT.slot_length
    slot_capacity: Annotated[int, Field(ge=0, le=100_000)] = _DEFAULT.slot_capacity
    lead_time: Annotated[timedelta, Field(ge=timedelta(0), le=14 * _DAY)] = _DEFAULT.lead_time
    hold_for: Annotated[timedelta, Field(ge=timedelta(seconds=1), le=14 * _DAY)] = _DEFAULT.hold_for
    remind_after: Annotated[timedelta, Field(ge=timedelta(0), le=14 * _DAY)] = _DEFAULT.remind_after

    def policy(self) -> Policy:
        return Policy(**dict(self))


class PolicyView(BaseModel):
    store_code: str
    slot_length: timedelta
    slot_capacity: int
    lead_time: timedelta
    hold_for: timedelta
    remind_after: timedelta

    @classmethod
    def of(cls, store_code: str, policy: Policy) -> "PolicyView":
        return cls(
            store_code=store_code,
            slot_length=policy.slot_length,
            slot_capacity=policy.slot_capacity,
            lead_time=policy.lead_time,
            hold_for=policy.hold_for,
            remind_after=policy.remind_after,
        )
