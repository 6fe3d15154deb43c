"""From what a store's clock shows to moments: two for a time it shows twice, none for one it skips."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
"""From the first in it to the first after it: moments in UTC, or naive times of a wall's clock."""

_DAY = timedelta(days=1)


def moments(zone: ZoneInfo, walls: Iterable[Span]) -> Iterator[Span]:
    """The moments at which the zone's clock shows these times, in order; the walls are in order and do not overlap.

    A span that a change of the clock cuts comes in pieces, one before the change and one after it. So a piece as long
    as its wall span is one that no change cuts short.
    """
    spans = [(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)) for start, end in walls]
    if not spans:
        return
    for since, until, offset in _offsets(zone, spans[0][0] - _DAY, spans[-1][1] + _DAY):
        for start, end in spans:
            first, last = max(start - offset, since), min(end - offset, until)
            if first < last:
                yield first, last


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The offsets from UTC that hold between two moments. No zone changes its clock twice within a day."""
    since, day, offset = first, first, _offset(zone, first)
    while day < last:
        following = min(day + _DAY, last)
        if (changed := _offset(zone, following)) != offset:
            change = _change(zone, day, following)
            yield since, change, offset
            since, offset = change, changed
        day = following
    yield since, last, offset


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second from which another offset holds than before."""
    offset = _offset(zone, before)
    seconds = range(int((after - before).total_seconds()))
    changed = bisect_left(seconds, True, key=lambda n: _offset(zone, before + timedelta(seconds=n)) != offset)
    return before + timedelta(seconds=changed)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
