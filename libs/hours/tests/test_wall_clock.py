"""From the wall's clock to moments, and what a grid of slots makes of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_hours import Hours, Span, is_open, moments, open_windows

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
CLOCK_CHANGES = [
    ("America/New_York", SPRING),
    ("America/New_York", AUTUMN),
    ("Australia/Sydney", date(2026, 10, 4)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Havana", SPRING),
    ("America/Havana", AUTUMN),
]


def span(zone: str, day: date, start: time, end: time) -> list[Span]:
    walls = [(datetime.combine(day, start), datetime.combine(day, end))]
    return list(moments(ZoneInfo(zone), walls))


def slots(hours: Hours, length: timedelta, day: date) -> Iterator[datetime]:
    """The starts of slots at the same wall times every day, each whole, and wholly in open time."""
    windows = list(open_windows(hours, day, day))
    midnight = datetime.combine(day, time())
    walls = ((midnight + n * length, midnight + (n + 1) * length) for n in range(DAY // length))
    for start, end in moments(hours.zone, walls):
        if end - start == length and any(w.starts_at <= start and end <= w.ends_at for w in windows):
            yield start


def wall_times(hours: Hours, minutes: int, day: date) -> list[str]:
    return [f"{start.astimezone(hours.zone):%H:%M}" for start in slots(hours, minutes * MINUTE, day)]


def test_a_time_that_comes_twice_is_two_moments() -> None:
    assert span("America/New_York", AUTUMN, time(1, 15), time(1, 45)) == [
        (datetime(2026, 11, 1, 5, 15, tzinfo=UTC), datetime(2026, 11, 1, 5, 45, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 15, tzinfo=UTC), datetime(2026, 11, 1, 6, 45, tzinfo=UTC)),
    ]


def test_a_time_that_the_clock_skips_is_no_moment() -> None:
    assert span("America/New_York", SPRING, time(2, 15), time(2, 45)) == []


def test_a_span_that_the_clock_cuts_comes_in_pieces() -> None:
    """Before the change and after it: here the wall goes from 2:00 to 3:00."""
    change = datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert span("America/New_York", SPRING, time(1, 30), time(3, 30)) == [
        (change - 30 * MINUTE, change),
        (change, change + 30 * MINUTE),
    ]


@given(st.sampled_from(CLOCK_CHANGES), st.integers(1, 60))
def test_the_spans_of_a_day_are_all_of_its_moments_and_each_once(zone_day: tuple[str, date], minutes: int) -> None:
    """Nothing is lost and nothing overlaps, however the day is cut."""
    zone, day = ZoneInfo(zone_day[0]), zone_day[1]
    midnight = datetime.combine(day - DAY, time())
    walls = [(midnight + n * minutes * MINUTE, midnight + (n + 1) * minutes * MINUTE) for n in range(4320 // minutes)]

    pieces = list(moments(zone, walls))

    assert all(earlier[1] == later[0] for earlier, later in pairwise(pieces))
    assert pieces[0][0].astimezone(zone).replace(tzinfo=None) == midnight
    assert pieces[-1][1].astimezone(zone).replace(tzinfo=None) == walls[-1][1]


@pytest.mark.parametrize("minutes", [90, 120, 150])
@pytest.mark.parametrize(("zone", "day"), CLOCK_CHANGES)
def test_slots_begin_at_the_same_wall_times_on_the_days_the_clocks_change(zone: str, day: date, minutes: int) -> None:
    """By day; in the hours of the change itself those are missing that the wall does not show whole."""
    hours = Hours("Mo-Su 06:00-22:00", zone, "US", 0, 0)
    assert wall_times(hours, minutes, day) == wall_times(hours, minutes, day + 7 * DAY)
    never_closed = Hours("24/7", zone, "US", 0, 0)
    assert set(wall_times(never_closed, minutes, day)) <= set(wall_times(never_closed, minutes, day + 7 * DAY))


def test_slots_of_an_hour_and_a_half_on_the_days_the_clocks_change() -> None:
    hours = Hours("24/7", "America/New_York", "US", 40.7, -74.0)
    assert wall_times(hours, 90, SPRING)[:3] == ["00:00", "03:00", "04:30"]
    assert wall_times(hours, 90, AUTUMN)[:4] == ["00:00", "01:30", "03:00", "04:30"]


@pytest.mark.parametrize(("day", "slots"), [(date(2026, 3, 7), 48), (SPRING, 46), (AUTUMN, 50)])
def test_a_day_has_the_slots_of_its_own_length(day: date, slots: int) -> None:
    """Days on which the clock changes are 23 and 25 hours long; a store that never closes serves all of them."""
    assert len(wall_times(Hours("24/7", "America/New_York", "US", 40.7, -74.0), 30, day)) == slots


@given(st.sampled_from(CLOCK_CHANGES), st.integers(5, 180), st.integers(0, 1439), st.integers(1, 1439))
def test_a_slot_is_whole_in_open_time_and_overlaps_none(
    zone_day: tuple[str, date], minutes: int, opens: int, lasts: int
) -> None:
    (zone, day), closes = zone_day, opens + lasts
    hours = Hours(f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}", zone, "US", 0, 0)

    starts = [start for n in (-1, 0, 1) for start in slots(hours, minutes * MINUTE, day + n * DAY)]

    assert all(later - earlier >= minutes * MINUTE for earlier, later in pairwise(starts))
    assert all(is_open(hours, start + n * MINUTE) for start in starts for n in range(minutes))
