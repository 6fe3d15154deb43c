"""When a store is open: at the moments at which its own clock shows an open time."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from opening_hours import State

from lintel_contracts.values import Window
from lintel_hours.hours import Hours, UnreadableHours, is_readable, rules
from lintel_hours.wall_clock import Span, moments

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether it is certainly open then; hours may also say `unknown`. Hours that nobody can read are closed."""
    try:
        wall = at.astimezone(hours.zone).replace(tzinfo=None, second=0, microsecond=0)
        return any(start <= wall < end for start, end in _walls(hours, wall, wall + _MINUTE))
    except (UnreadableHours, OverflowError):  # the first and the last day that Python knows end early in some zones
        return False


def open_windows(hours: Hours, first: date, last: date) -> Iterator[Window]:
    """When it is open on these local days, in order. None for hours that nobody can read."""
    begun: Span | None = None
    for start, end in _open_moments(hours, first, last):
        if begun is not None and start > begun[1]:
            yield Window(starts_at=begun[0], ends_at=begun[1])
            begun = None
        begun = (begun[0] if begun else start, end)
    if begun is not None:
        yield Window(starts_at=begun[0], ends_at=begun[1])


def first_open_minute(hours: Hours, at: datetime, until: datetime) -> datetime | None:
    """The first whole minute, all of it open, at or after `at` and before `until`."""
    if not is_readable(hours):
        return None
    for window in open_windows(hours, at.astimezone(hours.zone).date(), until.astimezone(hours.zone).date()):
        minute = _whole_minute(max(at, window.starts_at))
        if minute + _MINUTE <= window.ends_at:
            return minute if minute < until else None
    return None


def _open_moments(hours: Hours, first: date, last: date) -> Iterator[Span]:
    if is_readable(hours):
        walls = _walls(hours, datetime.combine(first, time()), datetime.combine(last + _DAY, time()))
        yield from moments(hours.zone, walls)


def _walls(hours: Hours, first: datetime, last: datetime) -> Iterator[Span]:
    """Open spans as the store's clock shows them: only so is the library right to the minute as clocks change."""
    for start, end, state, _ in rules(hours).intervals(first, last):
        if state == State.OPEN:
            yield start.replace(tzinfo=None), (end or last).replace(tzinfo=None)


def _whole_minute(at: datetime) -> datetime:
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + _MINUTE
