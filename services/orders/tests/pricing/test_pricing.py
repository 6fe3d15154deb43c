"""What a basket costs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.values import Channel, Money, UnitOfMeasure
from lintel_orders.copies.domain import PricingData
from lintel_orders.pricing.domain import Quote, WantedLine, price, selling_store

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)
RATES = {"US": {"standard": Decimal("0.0825"), "reduced": Decimal("0.02")}}


def store(status: StoreStatus = StoreStatus.OPEN) -> StoreChanged:
    return StoreChanged(
        store_code="S1",
        name="Main Street",
        lat=40.0,
        lon=-75.0,
        timezone="America/New_York",
        currency="USD",
        country="US",
        opening_hours="24/7",
        status=status,
    )


def product(sku: str, tax_class: str = "standard", price_per: int = 1) -> ProductChanged:
    return ProductChanged(
        sku=sku,
        name=sku,
        category=("GROCERY",),
        unit=UnitOfMeasure.EACH if price_per == 1 else UnitOfMeasure.GRAM,
        price_per=price_per,
        tax_class=tax_class,
        status=ProductStatus.ACTIVE,
    )


def window(amount: str, currency: str = "USD", **more: object) -> PriceWindow:
    return PriceWindow.model_validate({"price_list": "base", "price": Money.of(amount, currency), **more})


def known(*offers: tuple[ProductChanged, PriceWindow]) -> PricingData:
    return PricingData(
        store(),
        {item.sku: item for item, _ in offers},
        {item.sku: PricesChanged(sku=item.sku, windows=(holds,)) for item, holds in offers},
    )


def quote(wanted: list[WantedLine], on: PricingData) -> Quote:
    return price(wanted, Channel.WEB, store(), on, RATES, AT)


@given(
    st.lists(
        st.tuples(st.integers(1, 99_999), st.integers(1, 50), st.sampled_from(["standard", "reduced"])),
        min_size=1,
        max_size=12,
    ),
    st.randoms(),
)
def test_totals_are_the_same_whatever_the_order_of_the_lines(lines: list[tuple[int, int, str]], dice: object) -> None:
    """A cart filled on the laptop and read back on the phone must not cost another cent."""
    offers = [(product(f"P{n}", tax), window(str(Decimal(cents) / 100))) for n, (cents, _, tax) in enumerate(lines)]
    wanted = [WantedLine(f"P{n}", quantity) for n, (_, quantity, _) in enumerate(lines)]
    straight = quote(wanted, known(*offers))
    dice.shuffle(wanted)  # type: ignore[attr-defined]  # st.randoms gives a random.Random
    shuffled = quote(wanted, known(*offers))
    assert shuffled.total == straight.total
    assert shuffled.tax_lines == straight.tax_lines


def test_a_price_is_per_so_many_units() -> None:
    """750 g of something at 3.99 per 1000 g."""
    quoted = quote([WantedLine("RICE", 750)], known((product("RICE", price_per=1000), window("3.99"))))
    assert quoted.total == Money.of("2.99", "USD")


def test_a_line_beyond_what_money_is_kept_in_is_refused_by_name() -> None:
    """It once was a failure of ours, for quotes and orders alike."""
    with pytest.raises(Invalid) as refused:
        quote([WantedLine("A", 10**9)], known((product("A"), window("999999999999999"))))
    assert (refused.value.slug, refused.value.pointer) == ("amount_too_large", "/lines/0/quantity")


def test_tax_is_contained_in_the_total() -> None:
    quoted = quote([WantedLine("A", 1)], known((product("A"), window("10.00"))))
    assert quoted.total == Money.of("10.00", "USD")
    assert quoted.lines[0].tax == Money.of("0.76", "USD")


@pytest.mark.parametrize(
    ("on", "slug"),
    [
        (known(), "unknown_product"),
        (
            known((product("A").model_copy(update={"status": ProductStatus.WITHDRAWN}), window("1.00"))),
            "unknown_product",
        ),
        (known((product("A"), window("1.00", channels=("app",)))), "no_price"),
        (known((product("A"), window("1.00", "EUR"))), "no_price"),
    ],
)
def test_what_cannot_be_sold_is_refused_by_name(on: PricingData, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        quote([WantedLine("A", 1)], on)
    assert refused.value.slug == slug
    assert refused.value.pointer == "/lines/0/sku"


def test_a_price_in_another_currency_does_not_hide_the_stores_own() -> None:
    """A list in euros for this channel must not take a product out of a dollar store."""
    euros, dollars = window("1.00", "EUR", channels=("web",)), window("2.00")
    data = PricingData(store(), {"A": product("A")}, {"A": PricesChanged(sku="A", windows=(euros, dollars))})
    assert quote([WantedLine("A", 1)], data).total == Money.of("2.00", "USD")


def test_a_closed_store_takes_no_orders() -> None:
    with pytest.raises(Conflict, match="store_closed"):
        selling_store(PricingData(store(StoreStatus.CLOSED), {}, {}), "/store_code")


def test_an_unknown_store_is_named() -> None:
    with pytest.raises(Invalid, match="unknown_store"):
        selling_store(PricingData(None, {}, {}), "/store_code")
