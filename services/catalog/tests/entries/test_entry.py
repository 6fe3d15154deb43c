"""A sku's entry: what counts as a change, and which prices are published."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_catalog.entries.domain.entry import MAX_PRICES, Change, Entry
from lintel_catalog.entries.domain.price import BASE, Price, PriceList, windows_of
from lintel_catalog.entries.domain.product import Product
from lintel_contracts.errors import Invalid
from lintel_contracts.values import Money

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE_LIST = PriceList(BASE, None, None, None, prices_include_tax=True)
LISTS = {BASE: BASE_LIST, "web": PriceList("web", "EUR", None, None, prices_include_tax=True)}
MILK = Product(sku="milk", name="Milk", category=("GROCERY", "DAIRY"))

moments = st.none() | st.integers(-50, 50).map(lambda days: NOW + timedelta(days=days))
prices = st.builds(
    Price,
    price_list=st.sampled_from([BASE, "web"]),
    price=st.integers(0, 999).map(lambda cents: Money.of(f"{cents / 100:.2f}", "EUR")),
    valid_from=moments,
    valid_until=moments,
)


@given(st.lists(prices))
def test_a_price_takes_the_place_of_the_one_that_began_at_the_same_moment(put: list[Price]) -> None:
    entry = Entry(MILK)
    for price in put:
        entry = entry.priced(price)
    assert entry.prices == {price.key: price for price in put}


@given(st.lists(prices))
def test_prices_put_again_change_nothing(put: list[Price]) -> None:
    """The nightly import puts everything every night."""
    entry = Entry(MILK)
    for price in put:
        entry = entry.priced(price)
    again = entry
    for price in entry.prices.values():
        again = again.priced(price)
    change = Change(entry, again)
    assert not change.product_changed
    assert change.changed_prices == []
    assert change.numbered().after == entry


@given(st.lists(prices))
def test_every_price_that_holds_now_or_later_is_published_and_no_other(put: list[Price]) -> None:
    """A quote may be asked for at any later moment, and none for the past."""
    latest = {price.key: price for price in put}.values()
    windows = windows_of(latest, LISTS, NOW)
    expected = [price for price in latest if price.valid_until is None or price.valid_until > NOW]
    assert len(windows) == len(expected)
    assert {(w.price_list, w.valid_from, w.price.amount) for w in windows} == {
        (p.price_list, p.valid_from, p.price.amount) for p in expected
    }


def test_a_new_entry_counts_what_it_publishes() -> None:
    priced = Entry(MILK).priced(Price(BASE, Money.of("1.00", "EUR")))
    numbered = [Change(None, entry).numbered().after for entry in (Entry(MILK), priced)]
    assert [(entry.sequence, entry.price_sequence) for entry in numbered] == [(1, 0), (1, 1)]


def test_a_list_takes_prices_in_its_currency_only() -> None:
    BASE_LIST.admit(Money.of("1.00", "USD"), "/price")
    with pytest.raises(Invalid, match="wrong_currency"):
        LISTS["web"].admit(Money.of("1.00", "USD"), "/price")


def test_the_prices_of_a_product_are_bounded() -> None:
    """All of them travel in one event, which must fit a record."""
    price = Money.of("1.00", "EUR")
    many = [Price(BASE, price, valid_from=NOW + timedelta(days=day)) for day in range(MAX_PRICES)]
    with pytest.raises(Invalid, match="too_many_prices"):
        Entry(MILK, {begun.key: begun for begun in many}).priced(Price(BASE, price))


def test_a_category_belongs_to_all_above_it() -> None:
    assert MILK.category_paths() == ["GROCERY", "GROCERY > DAIRY"]
