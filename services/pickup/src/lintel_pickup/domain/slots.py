"""A store's slots: a grid over its open time, and what a policy says of them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from lintel_contracts.values import Window
from lintel_pickup.domain.hours import Hours, first_open_minute, midnight, open_windows

BOOKABLE = timedelta(days=30)
"""How far ahead slots are offered and booked."""

_DAY = timedelta(days=1)
_ID_TIME = "%Y%m%dT%H%M%SZ"


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


@dataclass(frozen=True, slots=True)
class Grid:
    """The slots of a store: of one length, counted from local midnight, each wholly in open time.

    Counting from midnight keeps slots in place when the hours change, and with them what is booked in them.
    """

    hours: Hours
    length: timedelta

    def on(self, day: date) -> tuple[datetime, ...]:
        """The starts of a local day's slots, in order."""
        return _starts(self.hours, self.length, day)

    def ahead(self, earliest: datetime, until: datetime) -> Iterator[datetime]:
        """The starts from `earliest` on and before `until`, in order."""
        day = earliest.astimezone(self.hours.zone).date()
        last = until.astimezone(self.hours.zone).date()
        while day <= last:
            starts = self.on(day)
            for start in starts[bisect_left(starts, earliest) :]:
                if start >= until:
                    return
                yield start
            day += _DAY

    def has(self, start: datetime) -> bool:
        return start in self.on(start.astimezone(self.hours.zone).date())

    def window(self, start: datetime) -> Window:
        return Window(starts_at=start, ends_at=start + self.length)


def slot_id(store_code: str, start: datetime) -> str:
    """Opaque to clients."""
    return f"{store_code}@{start.astimezone(UTC).strftime(_ID_TIME)}"


def slot_start(store_code: str, wanted: str) -> datetime | None:
    """None for what is no slot's id at this store."""
    store, _, start = wanted.rpartition("@")
    try:
        return datetime.strptime(start, _ID_TIME).replace(tzinfo=UTC) if store == store_code else None
    except ValueError:
        return None


def promise(hours: Hours, policy: Policy, waiting: int, at: datetime) -> datetime | None:
    """The first open minute after lead time and queue; None when none comes in bookable time.

    Each pickup that waits to be picked takes its share of a slot: slot_length / slot_capacity.
    """
    queue = policy.slot_length * waiting / max(1, policy.slot_capacity)
    return first_open_minute(hours, at + policy.lead_time + queue, at + BOOKABLE)


@lru_cache(maxsize=8192)
def _starts(hours: Hours, length: timedelta, day: date) -> tuple[datetime, ...]:
    windows = list(open_windows(hours, day - _DAY, day + _DAY))
    start, end = midnight(hours, day), midnight(hours, day + _DAY)
    found = []
    while windows and start + length <= end:
        if any(window.starts_at <= start and start + length <= window.ends_at for window in windows):
            found.append(start)
        start += length
    return tuple(found)
