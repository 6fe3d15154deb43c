"""A store's slots: a grid over its open time."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from lintel_contracts.values import Window
from lintel_hours import Hours, moments, open_windows

BOOKABLE = timedelta(days=30)
"""How far ahead slots are offered and booked."""

_DAY = timedelta(days=1)
_ID_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Grid:
    """The slots of a store: of one length, at the same times of its clock every day, each wholly in open time.

    Counting from midnight keeps slots in place when the hours change, and with them what is booked in them. On a day
    the clock changes, a slot that comes twice is two slots, and one that the change cuts short is none.
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


@lru_cache(maxsize=8192)
def _starts(hours: Hours, length: timedelta, day: date) -> tuple[datetime, ...]:
    windows = list(open_windows(hours, day, day))
    midnight = datetime.combine(day, time())
    walls = ((midnight + number * length, midnight + (number + 1) * length) for number in range(_DAY // length))
    return tuple(
        start
        for start, end in moments(hours.zone, walls if windows else ())
        if end - start == length and any(window.starts_at <= start and end <= window.ends_at for window in windows)
    )
