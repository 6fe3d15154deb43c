"""Open time as moments: exactly what the store's own clock shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from lintel_hours import Hours, first_open_minute, is_open, is_readable, open_windows

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOCK_CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Sydney": (date(2026, 4, 5), date(2026, 10, 4)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Santiago": (date(2026, 4, 4), date(2026, 9, 6)),  # back at midnight, to the day before
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


@given(shops())
def test_the_windows_of_a_day_and_open_now_are_one_answer(shop_at: tuple[Shop, datetime]) -> None:
    """What geo-offers calls open, pickup promises; and both is what the wall shows."""
    shop, at = shop_at
    day = at.astimezone(shop.hours.zone).date()

    windows = list(open_windows(shop.hours, day, day))

    assert all(earlier.ends_at < later.starts_at for earlier, later in pairwise(windows))
    for moment in (at.replace(second=0, microsecond=0) + n * MINUTE for n in range(-26 * 60, 26 * 60, 5)):
        if moment.astimezone(shop.hours.zone).date() == day:
            shown = shop.is_open(moment)
            assert is_open(shop.hours, moment) is shown
            assert any(window.starts_at <= moment < window.ends_at for window in windows) is shown


@given(shops())
def test_the_first_open_minute_never_falls_in_closed_time_and_is_never_missed(shop_at: tuple[Shop, datetime]) -> None:
    """It is open to the end of its minute, and none before it is open, in hours that come twice either."""
    shop, at = shop_at
    until = at + timedelta(days=2)

    found = first_open_minute(shop.hours, at, until)

    if found is not None:
        assert at <= found < until
        assert shop.is_open(found)
        assert shop.is_open(found + MINUTE - timedelta(microseconds=1))
    first = at.replace(second=0, microsecond=0)
    passed_over = (first + n * MINUTE for n in range(1, 2 * 24 * 60))
    assert not any(moment < (found or until) and shop.is_open(moment) for moment in passed_over)


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


def test_hours_within_an_hour_that_comes_twice_are_two_windows() -> None:
    windows = list(open_windows(hours("01:00-01:30"), date(2026, 11, 1), date(2026, 11, 1)))

    assert [(window.starts_at, window.ends_at) for window in windows] == [
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ]


def test_a_store_that_never_closes_has_one_window_across_a_change_of_the_clock() -> None:
    """A pickup may begin before the change and end after it."""
    (window,) = open_windows(hours("24/7"), date(2026, 10, 31), date(2026, 11, 2))

    assert window.ends_at - window.starts_at == timedelta(hours=73)


def test_a_public_holiday_is_known_by_the_stores_country() -> None:
    thanksgiving = date(2026, 11, 26)

    assert list(open_windows(hours("10:00-20:00; PH off"), thanksgiving, thanksgiving)) == []


@pytest.mark.parametrize("country", ["IN", "TW", "AE", "ZZ"])
def test_a_store_in_a_country_whose_holidays_nobody_knows_has_its_hours(country: str) -> None:
    """It takes orders like any other."""
    noon = datetime(2026, 12, 25, 12, tzinfo=UTC)
    store = Hours("10:00-20:00; PH off", "UTC", country, 0, 0)

    assert is_readable(store)
    assert first_open_minute(store, noon, noon + MINUTE) == noon


@pytest.mark.parametrize("broken", [hours("what?"), hours("24/7", "Atlantis/Main"), Hours("24/7", "UTC", "US", 91, 0)])
def test_hours_that_make_no_sense_are_closed(broken: Hours) -> None:
    """One unreadable store must not stop the orders of all others."""
    midnight = datetime(2026, 1, 1, tzinfo=UTC)

    assert not is_readable(broken)
    assert not is_open(broken, midnight)
    assert list(open_windows(broken, date(2026, 1, 1), date(2026, 1, 2))) == []
    assert first_open_minute(broken, midnight, midnight + timedelta(days=1)) is None
