"""Open time as moments: never more of it than the store's own clock shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from lintel_pickup.domain.hours import Hours, are_readable, first_open_minute, open_windows
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

PAST_MIDNIGHT = (
    "22:00-06:00",
    "Mo-Su 23:30-02:30; PH off",
    "Fr-Sa 18:00-04:00; Su 12:00-20:00",
    "Su 12:00-06:00; 2026 Mar 29 off; 2026 Oct 25 off",
    "Mo-Su 01:15-01:45,02:00-03:00",
    "24/7; Su off",
    "24/7",
)

Span = tuple[int, int]
"""Minutes of the day, 24 * 60 its end."""


def hours(text: str, zone: str = "America/New_York") -> Hours:
    return Hours(text, zone, "US", 40.7, -74.0)


@dataclass(frozen=True, slots=True)
class Shop:
    """Hours, and what they mean to somebody who looks at the clock on the store's wall."""

    hours: Hours
    is_open_at: Callable[[datetime], bool]

    def is_open(self, at: datetime) -> bool:
        return self.is_open_at(at.astimezone(self.hours.zone).replace(tzinfo=None))


def week(spans: list[Span | None], special_day: date, special: Span | None, zone: str) -> Shop:
    """Hours by weekday, and a day on which they differ."""
    days = [f"{day} {_text(span)}" for day, span in zip(WEEKDAYS, spans, strict=True)]
    days.append(f"{special_day.year} {MONTHS[special_day.month - 1]} {special_day.day:02d} {_text(special)}")

    def is_open(wall: datetime) -> bool:
        span = special if wall.date() == special_day else spans[wall.weekday()]
        return span is not None and span[0] <= wall.hour * 60 + wall.minute < span[1]

    return Shop(hours("; ".join(days), zone), is_open)


def past_midnight(text: str, zone: str) -> Shop:
    """OpenStreetMap's reading of rules that run into the next day is the library's business, the clock is ours."""
    return Shop(hours(text, zone), OpeningHours(text, country="US").is_open)


def _text(span: Span | None) -> str:
    return "off" if span is None else "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


minutes = st.integers(0, 24 * 60)
spans = st.none() | st.tuples(minutes, minutes).filter(lambda span: span[0] < span[1])


@st.composite
def shops(draw: st.DrawFn) -> tuple[Shop, datetime]:
    """A store, and a moment within two days of a change of its clock."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    change = draw(st.sampled_from(CLOCK_CHANGES[zone]))
    noon = datetime(change.year, change.month, change.day, 12, tzinfo=ZoneInfo(zone))
    at = noon.astimezone(UTC) + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))
    if draw(st.booleans()):
        return past_midnight(draw(st.sampled_from(PAST_MIDNIGHT)), zone), at
    special_day = change + timedelta(days=draw(st.integers(-1, 1)))
    return week(draw(st.lists(spans, min_size=7, max_size=7)), special_day, draw(spans), zone), at


@given(shops(), st.integers(0, 300), st.integers(0, 50))
def test_a_promise_never_falls_in_closed_time(shop_at: tuple[Shop, datetime], lead: int, waiting: int) -> None:
    """Nor before the lead time has passed; and it is kept to the end of its minute."""
    shop, at = shop_at

    promised = promise(shop.hours, Policy(lead_time=timedelta(minutes=lead)), waiting, at)

    if promised is not None:
        assert promised >= at + timedelta(minutes=lead)
        assert shop.is_open(promised)
        assert shop.is_open(promised + MINUTE - timedelta(microseconds=1))


@given(shops(), st.sampled_from([5, 15, 20, 30, 45, 90]))
def test_slots_lie_wholly_in_open_time_and_never_overlap(shop_at: tuple[Shop, datetime], length: int) -> None:
    shop, at = shop_at
    grid = Grid(shop.hours, timedelta(minutes=length))

    starts = list(grid.ahead(at, at + timedelta(days=2)))

    assert all(later - earlier >= grid.length for earlier, later in pairwise(starts))
    for start in starts:
        assert all(shop.is_open(start + minute * MINUTE) for minute in range(length))
        assert grid.has(start)


@given(shops())
def test_the_first_open_minute_is_missed_only_where_the_clock_changes(shop_at: tuple[Shop, datetime]) -> None:
    """Caution costs at most what the clock jumps: hours that happen twice are promised once."""
    shop, at = shop_at
    found = first_open_minute(shop.hours, at, at + timedelta(days=2))

    passed_over = [
        moment
        for moment in (at.replace(second=0, microsecond=0) + n * MINUTE for n in range(1, 2 * 24 * 60))
        if moment < (found or at + timedelta(days=2)) and shop.is_open(moment)
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


def test_a_store_that_closes_at_a_midnight_which_comes_twice_closes_at_the_first() -> None:
    """Havana turns its clock back from one to midnight: after the first midnight the wall shows closed time."""
    (window,) = open_windows(hours("Sa 18:00-24:00", "America/Havana"), date(2026, 10, 31), date(2026, 11, 1))

    assert window.ends_at == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_public_holiday_is_known_by_the_stores_country() -> None:
    thanksgiving = date(2026, 11, 26)

    assert Grid(hours("10:00-20:00; PH off"), timedelta(hours=1)).on(thanksgiving) == ()


@pytest.mark.parametrize("broken", [hours("what?"), hours("24/7", "Atlantis/Main"), Hours("24/7", "UTC", "ZZ", 0, 0)])
def test_hours_that_make_no_sense_are_closed(broken: Hours) -> None:
    """One unreadable store must not stop the orders of all others."""
    assert not are_readable(broken)
    assert list(open_windows(broken, date(2026, 1, 1), date(2026, 1, 2))) == []
