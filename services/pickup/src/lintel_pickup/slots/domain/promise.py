"""When an order placed now can be collected."""

from datetime import datetime

from lintel_hours import Hours, first_open_minute
from lintel_pickup.policies.domain import Policy
from lintel_pickup.slots.domain.grid import BOOKABLE


def promise(hours: Hours, policy: Policy, waiting: int, at: datetime) -> datetime | None:
    """The first open minute after lead time and queue; None when none comes in bookable time.

    Each pickup that waits to be picked takes its share of a slot: slot_length / slot_capacity.
    """
    queue = policy.slot_length * waiting / max(1, policy.slot_capacity)
    return first_open_minute(hours, at + policy.lead_time + queue, at + BOOKABLE)
