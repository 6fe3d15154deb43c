"""Open time as moments: never more of it than the store's own clock shows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_pickup.domain.hours import Hours, first_open_minute, open_windows
from lintel_pickup.domain.slots import Grid, Policy, promise

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOCK_CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),  # at midnight
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),  # at midnight
    "Asia/Kathmandu": (date(2026, 1, 1), date(2026, 6, 30)),  # none; 5:45 from UTC
}

Span = tuple[int, int]
"""Minutes of the day; one that ends before it begins runs into the next day."""


def hours(text: str, zone: str = "America/New_York") -> Hours:
    return Hours(text, zone, "US", 40.7, -74.0)


class Week:
    """Hours by weekday, with a day on which they differ, and what a clock on the store's wall says of them."""

    def __init__(self, spans: list[Span | None], special: tuple[date, Span | None], zone: str) -> None:
        self.spans, self.special = spans, special
        days = [f"{day} {_text(span)}" for day, span in zip(WEEKDAYS, spans, strict=True)]
        when, span = special
        days.append(f"{when.year} {MONTHS[when.month - 1]} {when.day:02d} {_text(span)}")
        self.hours = hours("; ".join(days), zone)

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.hours.zone).replace(tzinfo=None)
        minute = wall.hour * 60 + wall.minute
        today, yesterday = self._on(wall.date()), self._on(wall.date() - timedelta(days=1))
        return _covers(today, minute) or _covers(yesterday, minute + 24 * 60)

    def _on(self, day: date) -> Span | None:
        return self.special[1] if day == self.special[0] else self.spans[day.weekday()]


def _covers(span: Span | None, minute: int) -> bool:
    if span is None:
        return False
    begin, end = span
    return begin <= minute < (end if end > begin else end + 24 * 60)


def _text(span: Span | None) -> str:
    return "off" if span is None else "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


minutes = st.integers(0, 24 * 60 - 1)
spans = st.none() | st.tuples(minutes, minutes).filter(lambda span: span[0] != span[1])


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Week, datetime]:
    """Hours, and a moment within two days of a change of the clock."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    change = draw(st.sampled_from(CLOCK_CHANGES[zone]))
    special = change + timedelta(days=draw(st.integers(-1, 1))), draw(spans)
    noon = datetime(change.year, change.month, change.day, 12, tzinfo=ZoneInfo(zone))
    at = noon.astimezone(UTC) + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))
    return Week(draw(st.lists(spans, min_size=7, max_size=7)), special, zone), at


@given(weeks(), st.integers(0, 300), st.integers(0, 50))
def test_a_promise_never_falls_in_closed_time(week_at: tuple[Week, datetime], lead: int, waiting: int) -> None:
    """Nor before the lead time has passed; and it is kept to the end of its minute."""
    week, at = week_at

    promised = promise(week.hours, Policy(lead_time=timedelta(minutes=lead)), waiting, at)

    if promised is not None:
        assert promised >= at + timedelta(minutes=lead)
        assert week.is_open(promised)
        assert week.is_open(promised + MINUTE - timedelta(microseconds=1))


@given(weeks(), st.sampled_from([5, 15, 20, 30, 45, 90]))
def test_slots_lie_wholly_in_open_time_and_never_overlap(week_at: tuple[Week, datetime], length: int) -> None:
    week, at = week_at
    grid = Grid(week.hours, timedelta(minutes=length))

    starts = list(grid.ahead(at, at + timedelta(days=2)))

    assert all(later - earlier >= grid.length for earlier, later in zip(starts, starts[1:], strict=False))
    for start in starts:
        assert all(week.is_open(start + minute * MINUTE) for minute in range(length))
        assert grid.has(start)


@given(weeks())
def test_the_first_open_minute_is_missed_only_where_the_clock_changes(week_at: tuple[Week, datetime]) -> None:
    """Caution costs at most what the clock jumps: hours that happen twice are promised once."""
    week, at = week_at
    found = first_open_minute(week.hours, at, at + timedelta(days=2))

    passed_over = [
        moment
        for moment in (at.replace(second=0, microsecond=0) + n * MINUTE for n in range(1, 2 * 24 * 60))
        if moment < (found or at + timedelta(days=2)) and week.is_open(moment)
    ]

    assert len(passed_over) <= 120


@pytest.mark.parametrize(("day", "slots"), [(date(2026, 3, 7), 48), (date(2026, 3, 8), 46), (date(2026, 11, 1), 50)])
def test_a_day_has_the_slots_of_its_own_length(day: date, slots: int) -> None:
    """Days on which the clock changes are 23 and 25 hours long; a store that never closes serves all of them."""
    assert len(Grid(hours("24/7"), timedelta(minutes=30)).on(day)) == slots


def test_hours_past_midnight_belong_to_the_day_they_began_on() -> None:
    (window,) = open_windows(hours("Fr 20:00-02:00", "Europe/Berlin"), date(2026, 6, 5), date(2026, 6, 6))

    assert (window.starts_at, window.ends_at) == (
        datetime(2026, 6, 5, 18, tzinfo=UTC),
        datetime(2026, 6, 6, 0, tzinfo=UTC),
    )


def test_a_public_holiday_is_known_by_the_stores_country() -> None:
    thanksgiving = date(2026, 11, 26)

    assert Grid(hours("10:00-20:00; PH off"), timedelta(hours=1)).on(thanksgiving) == ()


@pytest.mark.parametrize("broken", [hours("what?"), hours("24/7", "Atlantis/Main"), Hours("24/7", "UTC", "ZZ", 0, 0)])
def test_hours_that_make_no_sense_are_closed(broken: Hours) -> None:
    """One unreadable store must not stop the orders of all others."""
    assert list(open_windows(broken, date(2026, 1, 1), date(2026, 1, 2))) == []
