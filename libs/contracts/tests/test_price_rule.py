"""One price rule for whoever sells: the most special price that holds, and never one in another currency."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lintel_contracts.catalog_prices import PricesChanged, PriceWindow, best_window
from lintel_contracts.values import Channel, Money

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def window(price_list: str, amount: str = "1.00", currency: str = "USD", **holds: Any) -> PriceWindow:
    return PriceWindow(price_list=price_list, price=Money.of(amount, currency), **holds)


def best(*windows: PriceWindow, currency: str | None = "USD") -> str | None:
    found = best_window(PricesChanged(sku="A", windows=windows), Channel.WEB, "S1", currency, AT)
    return found.price_list if found else None


BASE = window("base")
WEB = window("web", channels=(Channel.WEB,))
STORE = window("store", store_codes=("S1",))


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), None),
        ((BASE,), "base"),
        ((BASE, WEB), "web"),
        ((STORE, BASE, WEB), "store"),
        ((BASE, window("app", channels=(Channel.APP,)), window("S2", store_codes=("S2",))), "base"),
        ((window("older", valid_from=AT - 2 * HOUR), window("newer", valid_from=AT - HOUR), BASE), "newer"),
        ((BASE, window("later", valid_from=AT + HOUR), window("over", valid_until=AT)), "base"),
        ((window("from-now", valid_from=AT),), "from-now"),
    ],
)
def test_the_most_special_price_that_holds_counts(windows: tuple[PriceWindow, ...], expected: str | None) -> None:
    assert best(*windows) == expected


def test_a_price_in_another_currency_does_not_hide_one_in_the_stores_own() -> None:
    """A list in euros that names the channel must not leave a dollar store without its base price."""
    assert best(BASE, window("euros", currency="EUR", channels=(Channel.WEB,))) == "base"
    assert best(window("euros", currency="EUR")) is None
    assert best(window("euros", currency="EUR"), currency=None) == "euros"


def test_without_prices_there_is_none() -> None:
    assert best_window(None, Channel.WEB, "S1", "USD", AT) is None
