"""Opening hours on the store's own wall clock."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel_contracts.errors import Invalid
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.domain.hours import check_hours, is_open

NEW_YORK = ("America/New_York", "US", Position(40.7, -74.0))
BERLIN = ("Europe/Berlin", "DE", Position(52.5, 13.4))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


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
    assert is_open("Mo-Su 14:00-20:00", *NEW_YORK, at(moment)) is expected


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    first, second = at("2026-11-01T01:30-04:00"), at("2026-11-01T01:30-05:00")
    assert is_open("Mo-Su 01:00-02:00", *NEW_YORK, first)
    assert is_open("Mo-Su 01:00-02:00", *NEW_YORK, second)


def test_an_hour_that_the_clocks_skip_is_never_open() -> None:
    minutes = (at("2026-03-08T01:59-05:00"), at("2026-03-08T03:00-04:00"))
    assert not any(is_open("Mo-Su 02:00-03:00", *NEW_YORK, minute) for minute in minutes)


def test_hours_past_midnight_belong_to_the_day_before() -> None:
    assert is_open("Fr 22:00-02:00", *BERLIN, at("2026-11-21T01:59+01:00"))
    assert not is_open("Fr 22:00-02:00", *BERLIN, at("2026-11-20T01:59+01:00"))


def test_special_days_and_the_holidays_of_the_country_count() -> None:
    assert not is_open("Mo-Su 08:00-20:00; Dec 24 off", *BERLIN, at("2026-12-24T12:00+01:00"))
    assert not is_open("Mo-Su 08:00-20:00; PH off", *BERLIN, at("2026-10-03T12:00+02:00"))
    assert is_open("Mo-Su 08:00-20:00; PH off", *NEW_YORK, at("2026-10-03T12:00-04:00"))


def test_a_country_whose_holidays_nobody_knows_has_none() -> None:
    assert is_open("Mo-Su 08:00-20:00; PH off", "Asia/Gaza", "PS", Position(31.5, 34.5), at("2026-12-25T10:00Z"))


def test_hours_that_are_not_certain_are_not_open() -> None:
    assert not is_open("24/7 unknown", *BERLIN, at("2026-11-21T12:00Z"))


@pytest.mark.parametrize("hours", ["sunrise-sunset", "24/7", "off", "Mo-Fr 09:00-17:00"])
@pytest.mark.parametrize("lat", [90.0, -90.0])
def test_hours_can_be_told_at_the_poles(hours: str, lat: float) -> None:
    check_hours(hours, "Etc/GMT", "AQ", Position(lat, 180))


def test_a_refusal_says_where_the_hours_go_wrong() -> None:
    with pytest.raises(Invalid) as refused:
        check_hours("Mo-Fr 9-17", *BERLIN)
    assert (refused.value.slug, refused.value.pointer) == ("invalid_opening_hours", "/opening_hours")
    assert refused.value.detail.startswith("Not understood from character 7 on: expected ")


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_hours_or_is_refused(hours: str) -> None:
    """Nothing else may come out of the parser: it would be our defect in the client's eyes."""
    with suppress(Invalid):
        check_hours(hours, *BERLIN)


@settings(deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_open_is_what_the_wall_clock_says(moment: datetime) -> None:
    local = moment.astimezone(ZoneInfo("America/New_York"))
    assert is_open("Mo-Su 01:15-02:45", *NEW_YORK, moment) is ((1, 15) <= (local.hour, local.minute) < (2, 45))
