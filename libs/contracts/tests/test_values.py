"""Money and moments come back from JSON as they went."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lintel_contracts.values import Moment, Money, minor_digits

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD"])
MOMENTS: TypeAdapter[datetime] = TypeAdapter(Moment)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@st.composite
def money(draw: st.DrawFn, currency: str | None = None) -> Money:
    currency = currency or draw(CURRENCIES)
    minor = draw(st.integers(-(10**14), 10**14))
    return Money.of(Decimal(minor).scaleb(-minor_digits(currency)), currency)


@given(money())
def test_money_comes_back_as_it_went(amount: Money) -> None:
    assert Money.model_validate_json(amount.model_dump_json()) == amount


@given(money())
def test_money_is_written_with_the_currencys_decimals(amount: Money) -> None:
    decimals = amount.model_dump(mode="json")["amount"].partition(".")[2]
    assert len(decimals) == minor_digits(amount.currency)


@given(money(currency="EUR"), money(currency="EUR"))
def test_adding_and_taking_away_is_exact(amount: Money, change: Money) -> None:
    assert amount + change - change == amount


def test_equal_amounts_are_written_alike() -> None:
    texts = {Money.of(amount, "USD").model_dump_json() for amount in ("0", "-0", "0.00", "0E+3")}
    assert texts == {'{"amount":"0.00","currency":"USD"}'}


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1E+15", "-1E+15"])
def test_money_refuses_what_the_currency_has_not(amount: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "USD"})


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot mix"):
        Money.of(1, "USD") + Money.of(1, "EUR")


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2199, 12, 30), timezones=ZONES))  # noqa: DTZ001 - zones are drawn
def test_a_moment_comes_back_as_it_went_in_utc(moment: datetime) -> None:
    text = MOMENTS.dump_json(MOMENTS.validate_python(moment))
    assert text.endswith(b'Z"')
    assert MOMENTS.validate_json(text) == moment
    assert MOMENTS.validate_json(text).tzinfo is UTC


@pytest.mark.parametrize(
    "given",
    [
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z"),
        *("2026-11-21T19:00:00", "2026-11-21", "1700000000", "0.5", "", 1700000000, 0.5, True),
    ],
    ids=str,
)
def test_what_is_no_moment_of_our_times_is_invalid(given: object) -> None:
    """Nor a number, which might count seconds or milliseconds; and nothing worse, which would end whoever reads it."""
    with pytest.raises(ValidationError):
        MOMENTS.validate_python(given)
