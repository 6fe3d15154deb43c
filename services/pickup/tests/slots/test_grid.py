"""Slots and promises: only in open time, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_hours import Hours, is_open
from lintel_pickup.policies.domain import Policy
from lintel_pickup.slots.domain.grid import Grid
from lintel_pickup.slots.domain.promise import promise

MINUTE = timedelta(minutes=1)
CLOCK_CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),  # at midnight
    "Asia/Kathmandu": (date(2026, 1, 1), date(2026, 6, 30)),  # none; 5:45 from UTC
}
TEXTS = (
    "24/7",
    "22:00-06:00",
    "Mo-Fr 08:00-20:00; Sa 10:00-18:00",
    "Fr-Sa 18:00-04:00; Su 12:00-20:00; PH off",
    "Mo-Su 01:15-01:45,02:00-03:00",
)


def hours(text: str, zone: str = "America/New_York") -> Hours:
    return Hours(text, zone, "US", 40.7, -74.0)


@st.composite
def stores(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """A store's hours, and a moment within two days of a change of its clock."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    change = draw(st.sampled_from(CLOCK_CHANGES[zone]))
    noon = datetime(change.year, change.month, change.day, 12, tzinfo=UTC)
    at = noon + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))
    return hours(draw(st.sampled_from(TEXTS)), zone), at


@given(stores(), st.integers(0, 300), st.integers(0, 50))
def test_a_promise_never_falls_in_closed_time(store_at: tuple[Hours, datetime], lead: int, waiting: int) -> None:
    """Nor before the lead time has passed; and it is kept to the end of its minute."""
    store, at = store_at

    promised = promise(store, Policy(lead_time=timedelta(minutes=lead)), waiting, at)

    if promised is not None:
        assert promised >= at + timedelta(minutes=lead)
        assert is_open(store, promised)
        assert is_open(store, promised + MINUTE - timedelta(microseconds=1))


@given(stores(), st.sampled_from([5, 15, 20, 30, 45, 90]))
def test_slots_lie_wholly_in_open_time_and_never_overlap(store_at: tuple[Hours, datetime], length: int) -> None:
    store, at = store_at
    grid = Grid(store, timedelta(minutes=length))

    starts = list(grid.ahead(at, at + timedelta(days=2)))

    assert all(later - earlier >= grid.length for earlier, later in pairwise(starts))
    for start in starts:
        assert all(is_open(store, start + minute * MINUTE) for minute in range(length))
        assert grid.has(start)


@pytest.mark.parametrize(("day", "slots"), [(date(2026, 3, 7), 48), (date(2026, 3, 8), 46), (date(2026, 11, 1), 50)])
def test_a_day_has_the_slots_of_its_own_length(day: date, slots: int) -> None:
    """Days on which the clock changes are 23 and 25 hours long; a store that never closes serves all of them."""
    assert len(Grid(hours("24/7"), timedelta(minutes=30)).on(day)) == slots


def test_a_public_holiday_is_known_by_the_stores_country() -> None:
    thanksgiving = date(2026, 11, 26)

    assert Grid(hours("10:00-20:00; PH off"), timedelta(hours=1)).on(thanksgiving) == ()


@pytest.mark.parametrize("country", ["IN", "TW", "AE"])
def test_a_store_in_a_country_whose_holidays_nobody_knows_has_slots(country: str) -> None:
    """No known holidays are none; the hours hold."""
    store = Hours("10:00-20:00; PH off", "Asia/Kolkata", country, 28.6, 77.2)

    assert len(Grid(store, timedelta(hours=1)).on(date(2026, 6, 5))) == 10
    assert promise(store, Policy(), 0, datetime(2026, 6, 5, 6, tzinfo=UTC)) == datetime(2026, 6, 5, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize("length", [90, 120, 150])
@pytest.mark.parametrize(
    ("zone", "change"), [(zone, change) for zone, changes in CLOCK_CHANGES.items() for change in changes]
)
def test_slots_begin_at_the_same_wall_times_on_the_days_the_clocks_change(zone: str, change: date, length: int) -> None:
    grid = Grid(hours("06:00-22:00", zone), timedelta(minutes=length))

    def wall_times(day: date) -> list[time]:
        return [start.astimezone(grid.hours.zone).time() for start in grid.on(day)]

    assert wall_times(change) == wall_times(change + timedelta(days=7)) != []


def test_slots_that_a_change_of_the_clock_cuts_are_left_out() -> None:
    """In New York's spring the clock goes from 2:00 to 3:00; in autumn 1:30 to 3:00 is whole only after the change."""
    grid = Grid(hours("24/7"), timedelta(minutes=90))

    spring, autumn = (grid.on(day)[:3] for day in (date(2026, 3, 8), date(2026, 11, 1)))

    assert [f"{start.astimezone(grid.hours.zone):%H:%M%z}" for start in spring] == [
        "00:00-0500",
        "03:00-0400",
        "04:30-0400",
    ]
    assert [f"{start.astimezone(grid.hours.zone):%H:%M%z}" for start in autumn] == [
        "00:00-0400",
        "01:30-0500",
        "03:00-0500",
    ]
