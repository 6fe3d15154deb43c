"""What a store decides about its pickups."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """How a store runs its pickups. The defaults hold until somebody puts another one."""

    slot_length: timedelta = timedelta(minutes=30)
    slot_capacity: int = 20
    """Orders a slot."""
    lead_time: timedelta = timedelta(minutes=15)
    """What the store needs between an order and its pickup."""
    hold_for: timedelta = timedelta(days=3)
    """How long a ready order waits for its shopper."""
    remind_after: timedelta = timedelta(days=1)
