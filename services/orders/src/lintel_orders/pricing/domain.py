"""What a basket costs: from copies of products, prices and the store, exact to the currency's minor unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from lintel_contracts.catalog_prices import best_window
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.values import Channel, Money, minor_digits
from lintel_orders.copies.domain import PricingData

LARGEST_LINE = Decimal(10) ** 12
"""So that the sum of all lines of an order fits what money is kept in."""
TaxRates = Mapping[str, Mapping[str, Decimal]]
"""Country, then tax class, to a rate: {"DE": {"standard": Decimal("0.19")}}. What is not named is 0."""


@dataclass(frozen=True, slots=True)
class WantedLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its product as it was at that moment."""

    line_id: str
    product: ProductChanged
    quantity: int
    unit_price: Money
    tax_rate: Decimal
    tax: Money
    """Included in the total."""
    total: Money


@dataclass(frozen=True, slots=True)
class TaxLine:
    rate: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines and sums in the store's currency; every sum is the same whatever the order of the lines."""

    store_code: str
    lines: tuple[PricedLine, ...]
    tax_lines: tuple[TaxLine, ...]
    total: Money
    prices_include_tax: bool = True


def selling_store(known: PricingData, pointer: str) -> StoreChanged:
    """The store, if it takes orders. Raise Invalid for an unknown one, Conflict for a closed one."""
    if known.store is None:
        raise Invalid("unknown_store", "There is no such store.", pointer)
    if known.store.status is StoreStatus.CLOSED:
        raise Conflict("store_closed", f"Store {known.store.store_code} takes no orders.", pointer)
    return known.store


def price(
    wanted: Sequence[WantedLine],
    channel: Channel,
    store: StoreChanged,
    known: PricingData,
    rates: TaxRates,
    at: datetime,
) -> Quote:
    """Price every line as sold in this store on this channel at this moment.

    Raise Invalid naming the first line with an unknown or withdrawn product, or without a price in its currency.
    """
    lines = tuple(
        _priced(index, line, channel, store, known, rates.get(store.country, {}), at)
        for index, line in enumerate(wanted)
    )
    return quote_of(store.store_code, store.currency, lines)


def quote_of(store_code: str, currency: str, lines: tuple[PricedLine, ...]) -> Quote:
    """The sums of these lines."""
    return Quote(store_code, lines, _tax_lines(lines, currency), _sum((line.total for line in lines), currency))


def priced_line(
    line_id: str, product: ProductChanged, quantity: int, unit_price: Money, total: Money, rates: Mapping[str, Decimal]
) -> PricedLine:
    """With the tax that its total includes, by the country's rates."""
    rate = rates.get(product.tax_class, Decimal(0))
    tax = _rounded(total.amount * rate / (1 + rate), total.currency)
    return PricedLine(line_id, product, quantity, unit_price, rate, _money(tax, total.currency), total)


def _priced(
    index: int,
    line: WantedLine,
    channel: Channel,
    store: StoreChanged,
    known: PricingData,
    rates: Mapping[str, Decimal],
    at: datetime,
) -> PricedLine:
    product = known.products.get(line.sku)
    if product is None or product.status is ProductStatus.WITHDRAWN:
        raise Invalid("unknown_product", f"{line.sku} is not sold.", pointer=f"/lines/{index}/sku")
    window = best_window(known.prices.get(line.sku), channel, store.store_code, store.currency, at)
    if window is None:
        raise Invalid(
            "no_price",
            f"{line.sku} has no price in {store.currency} here at the moment.",
            pointer=f"/lines/{index}/sku",
        )
    total = _rounded(window.price.amount * line.quantity / product.price_per, store.currency)
    if total >= LARGEST_LINE:
        raise Invalid(
            "amount_too_large", f"A line costs less than {LARGEST_LINE} {store.currency}.", f"/lines/{index}/quantity"
        )
    return priced_line(str(index + 1), product, line.quantity, window.price, _money(total, store.currency), rates)


def _tax_lines(lines: Sequence[PricedLine], currency: str) -> tuple[TaxLine, ...]:
    rates = sorted({line.tax_rate for line in lines if line.tax_rate})
    return tuple(TaxLine(rate, _sum((line.tax for line in lines if line.tax_rate == rate), currency)) for rate in rates)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return _money(sum((money.amount for money in amounts), Decimal(0)), currency)


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def _money(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount, currency=currency)
