"""Opening hours on the store's own wall clock."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel_hours import Hours, UnknownTimezone, UnreadableHours, check, is_open

MINUTE = timedelta(minutes=1)
NEW_YORK = Hours("24/7", "America/New_York", "US", 40.7, -74.0)
BERLIN = Hours("24/7", "Europe/Berlin", "DE", 52.5, 13.4)

CLOCK_CHANGES = [
    ("America/New_York", "2026-03-08T03:00-04:00"),
    ("America/New_York", "2026-11-01T01:00-05:00"),
    ("Europe/Berlin", "2026-03-29T03:00+02:00"),
    ("Europe/Berlin", "2026-10-25T02:00+01:00"),
    ("Australia/Sydney", "2026-10-04T03:00+11:00"),
    ("Australia/Sydney", "2026-04-05T02:00+10:00"),
    ("America/Santiago", "2026-09-06T01:00-03:00"),
    ("America/Santiago", "2026-04-04T23:00-04:00"),
    ("Australia/Lord_Howe", "2026-10-04T02:30+11:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:30+10:30"),
]
"""The first moment after each, as the wall shows it."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def new_york(text: str) -> Hours:
    return replace(NEW_YORK, text=text)


def berlin(text: str) -> Hours:
    return replace(BERLIN, text=text)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-10-31T13:59-04:00", False),
        ("2026-10-31T14:00-04:00", True),
        ("2026-11-02T13:59-05:00", False),
        ("2026-11-02T14:00-05:00", True),
        ("2026-11-02T19:59-05:00", True),
        ("2026-11-02T20:00-05:00", False),
    ],
)
def test_a_store_opens_by_its_wall_clock_before_and_after_the_clocks_change(moment: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """An offset instead of a zone would be an hour off for half the year."""
    assert is_open(new_york("Mo-Su 14:00-20:00"), at(moment)) is expected


@pytest.mark.parametrize(("zone", "change"), CLOCK_CHANGES)
@pytest.mark.parametrize("text", ["24/7", "Mo-Su 00:00-24:00", "22:00-06:00"])
def test_an_open_store_is_open_up_to_and_across_a_change_of_the_clock(text: str, zone: str, change: str) -> None:
    """The minute before the clock goes back has none after it on the wall: it is open all the same."""
    hours = Hours(text, zone, "US", 0, 0)
    assert all(is_open(hours, at(change) + seconds * timedelta(seconds=1)) for seconds in range(-3600, 3600, 20))


@pytest.mark.parametrize(("zone", "change"), CLOCK_CHANGES)
def test_a_closed_store_is_closed_up_to_and_across_a_change_of_the_clock(zone: str, change: str) -> None:
    hours = Hours("Mo-Su 06:00-22:00", zone, "US", 0, 0)
    assert not any(is_open(hours, at(change) + minutes * MINUTE) for minutes in range(-60, 60))


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    first, second = at("2026-11-01T01:30-04:00"), at("2026-11-01T01:30-05:00")
    assert is_open(new_york("Mo-Su 01:00-02:00"), first)
    assert is_open(new_york("Mo-Su 01:00-02:00"), second)


def test_an_hour_that_the_clocks_skip_is_never_open() -> None:
    minutes = (at("2026-03-08T01:59-05:00"), at("2026-03-08T03:00-04:00"))
    assert not any(is_open(new_york("Mo-Su 02:00-03:00"), minute) for minute in minutes)


def test_hours_past_midnight_belong_to_the_day_before() -> None:
    assert is_open(berlin("Fr 22:00-02:00"), at("2026-11-21T01:59+01:00"))
    assert not is_open(berlin("Fr 22:00-02:00"), at("2026-11-20T01:59+01:00"))


def test_special_days_and_the_holidays_of_the_country_count() -> None:
    assert not is_open(berlin("Mo-Su 08:00-20:00; Dec 24 off"), at("2026-12-24T12:00+01:00"))
    assert not is_open(berlin("Mo-Su 08:00-20:00; PH off"), at("2026-10-03T12:00+02:00"))
    assert is_open(new_york("Mo-Su 08:00-20:00; PH off"), at("2026-10-03T12:00-04:00"))


@pytest.mark.parametrize("country", ["PS", "IN", "TW", "AE"])
def test_a_country_whose_holidays_nobody_knows_has_none(country: str) -> None:
    """Not even those of the country that the position might be in."""
    hours = Hours("Mo-Su 08:00-20:00; PH off", "Asia/Gaza", country, 31.5, 34.5)
    assert is_open(hours, at("2026-12-25T10:00Z"))
    assert not is_open(replace(hours, text="PH 08:00-20:00"), at("2026-12-25T10:00Z"))


def test_sunrise_is_that_of_the_stores_position() -> None:
    """In June the sun rises on Berlin before five."""
    morning = at("2026-06-21T05:30+02:00")
    assert is_open(berlin("sunrise-sunset"), morning)
    assert not is_open(replace(BERLIN, text="sunrise-sunset", lat=-33.9, lon=18.4), morning)


def test_hours_that_are_not_certain_are_not_open() -> None:
    assert not is_open(berlin("24/7 unknown"), at("2026-11-21T12:00Z"))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00Z", "1850-01-01T00:00Z", "9999-12-31T23:59Z"])
def test_a_moment_beyond_the_calendar_is_closed(moment: str) -> None:
    assert not is_open(BERLIN, datetime.fromisoformat(moment))


@pytest.mark.parametrize("text", ["sunrise-sunset", "24/7", "off", "Mo-Fr 09:00-17:00"])
@pytest.mark.parametrize("lat", [90.0, -90.0])
def test_hours_are_understood_at_the_poles(text: str, lat: float) -> None:
    hours = Hours(text, "Etc/GMT", "AQ", lat, 180)
    check(hours)
    is_open(hours, at("2026-06-21T12:00Z"))


def test_a_refusal_says_where_the_hours_go_wrong() -> None:
    with pytest.raises(UnreadableHours, match=r"^Not understood from character 7 on: expected "):
        check(berlin("Mo-Fr 9-17"))


@pytest.mark.parametrize("zone", ["Atlantis/Main", "", "../UTC", "America", "Factory", "A" * 300, "a\0b"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(UnknownTimezone):
        check(replace(BERLIN, timezone=zone))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_hours_or_is_refused(text: str) -> None:
    """Nothing else may come out of the parser: it would be our defect in the client's eyes."""
    with suppress(UnreadableHours):
        check(berlin(text))


@settings(deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_open_is_what_the_wall_clock_says(moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo("America/New_York"))
    assert is_open(new_york("Mo-Su 01:15-02:45"), moment) is ((1, 15) <= (local.hour, local.minute) < (2, 45))
