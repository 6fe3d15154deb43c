"""The shapes of slots and promises."""

from pydantic import BaseModel

from lintel_contracts.values import Moment


class SlotView(BaseModel):
    slot_id: str
    starts_at: Moment
    ends_at: Moment
    capacity: int
    free: int


class PromiseView(BaseModel):
    store_code: str
    earliest: Moment | None
    """The start of the first minute in which an order placed now can be collected; null while none is in sight."""
