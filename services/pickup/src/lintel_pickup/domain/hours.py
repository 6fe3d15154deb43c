"""When a store is open: its opening hours as moments, right across changes of the clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stubs leave its errors out
    InvalidCoordinatesError,
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from lintel_contracts.values import Window

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in OpenStreetMap's syntax, and what they need to be understood: zone, holidays, sunrise.

    The syntax's own reading holds: a later rule decides the days it names, and hours that a rule before it ran into
    such a day with are cut; but `off` on one day leaves what that day's rule runs into the next day with.
    """

    text: str
    timezone: str
    """IANA name."""
    country: str
    lat: float
    lon: float

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def are_readable(hours: Hours) -> bool:
    """Whether they can be understood. A store that cannot say when it is open takes no orders."""
    return _rules(hours) is not None


def open_windows(hours: Hours, first: date, last: date) -> Iterator[Window]:
    """When it is open on these local days, in order. None for hours that cannot be understood."""
    rules = _rules(hours)
    if rules is None:
        return
    for start, end in _walls(rules, datetime.combine(first, time()), datetime.combine(last + _DAY, time())):
        window = Window(starts_at=_moment(hours.zone, start, max), ends_at=_moment(hours.zone, end, min))
        if window.starts_at < window.ends_at:
            yield window


def first_open_minute(hours: Hours, at: datetime, until: datetime) -> datetime | None:
    """The first whole minute, all of it open, at or after `at` and before `until`."""
    # A window may have begun the day before, and the local day of a moment may be the one after its UTC day.
    days = at.astimezone(hours.zone).date() - _DAY, until.astimezone(hours.zone).date() + _DAY
    for window in open_windows(hours, *days):
        minute = _whole_minute(max(at, window.starts_at))
        if minute + _MINUTE <= window.ends_at:
            return minute if minute < until else None
    return None


def midnight(hours: Hours, day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), hours.zone).astimezone(UTC)


def _walls(rules: OpeningHours, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open spans by the wall's clock, those that meet as one: a clock may change where they do."""
    begun: datetime | None = None
    ended = first
    for start, end, state, _ in rules.intervals(first, last):
        if state != State.OPEN:
            continue
        start, end = start.replace(tzinfo=None), (end or last).replace(tzinfo=None)  # noqa: PLW2901 - the same, as walls show it
        if begun is not None and start > ended:
            yield begun, ended
            begun = None
        begun, ended = begun or start, end
    if begun is not None:
        yield begun, ended


def _moment(zone: ZoneInfo, wall: datetime, choose: Callable[[datetime, datetime], datetime]) -> datetime:
    """An hour that happens twice, or never, is read so that nothing closed is called open."""
    one, other = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return choose(one, other)


def _whole_minute(at: datetime) -> datetime:
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + _MINUTE


@lru_cache(maxsize=2048)
def _rules(hours: Hours) -> OpeningHours | None:
    """None where the hours, or what belongs to them, make no sense."""
    try:
        return OpeningHours(
            hours.text, timezone=hours.zone, country=hours.country, coords=(hours.lat, hours.lon), auto_timezone=False
        )
    except (ParserError, UnknownCountryError, InvalidCoordinatesError, KeyError, ValueError, OSError):
        return None
