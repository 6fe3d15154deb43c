"""What a basket costs: from copies of products, prices and the store, exact to the currency's minor unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged, ProductStatus
from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.geo_stores import StoreChanged, StoreStatus
from lintel_contracts.values import Channel, Money, minor_digits

TaxRates = Mapping[str, Mapping[str, Decimal]]
"""Country, then tax class, to a rate: {"DE": {"standard": Decimal("0.19")}}. What is not named is 0."""


@dataclass(frozen=True, slots=True)
class WantedLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What orders knows, by copies, of what is sold at one store."""

    store: StoreChanged | None
    products: Mapping[str, ProductChanged]
    prices: Mapping[str, PricesChanged]


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


def selling_store(shelf: Shelf, pointer: str) -> StoreChanged:
    """The store, if it takes orders. Raise Invalid for an unknown one, Conflict for a closed one."""
    if shelf.store is None:
        raise Invalid("unknown_store", "There is no such store.", pointer)
    if shelf.store.status is StoreStatus.CLOSED:
        raise Conflict("store_closed", f"Store {shelf.store.store_code} takes no orders.", pointer)
    return shelf.store


def price(
    wanted: Sequence[WantedLine], channel: Channel, store: StoreChanged, shelf: Shelf, rates: TaxRates, at: datetime
) -> Quote:
    """Price every line as sold in this store on this channel at this moment.

    Raise Invalid naming the first line with an unknown or withdrawn product, without a price, or with one in another
    currency than the store's.
    """
    lines = tuple(
        _priced(index, line, channel, store, shelf, rates.get(store.country, {}), at)
        for index, line in enumerate(wanted)
    )
    return quote_of(store.store_code, store.currency, lines)


def quote_of(store_code: str, currency: str, lines: tuple[PricedLine, ...]) -> Quote:
    """The sums of these lines."""
    return Quote(store_code, lines, _tax_lines(lines, currency), _sum((x.total for x in lines), currency))


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
    shelf: Shelf,
    rates: Mapping[str, Decimal],
    at: datetime,
) -> PricedLine:
    product = shelf.products.get(line.sku)
    if product is None or product.status is ProductStatus.WITHDRAWN:
        raise Invalid("unknown_product", f"{line.sku} is not sold.", pointer=f"/lines/{index}/sku")
    window = best_window(shelf.prices.get(line.sku), channel, store.store_code, at)
    if window is None:
        raise Invalid("no_price", f"{line.sku} has no price here at the moment.", pointer=f"/lines/{index}/sku")
    if window.price.currency != store.currency:
        raise Invalid("wrong_currency", f"{line.sku} has no price in {store.currency}.", pointer=f"/lines/{index}/sku")
    total = _rounded(window.price.amount * line.quantity / product.price_per, store.currency)
    return priced_line(str(index + 1), product, line.quantity, window.price, _money(total, store.currency), rates)


def best_window(prices: PricesChanged | None, channel: Channel, store_code: str, at: datetime) -> PriceWindow | None:
    """The price that holds, if any, by the precedence that `PriceWindow` states."""
    holding = [w for w in (prices.windows if prices else ()) if _holds(w, channel, store_code, at)]
    return max(holding, key=_precedence, default=None)


def _holds(window: PriceWindow, channel: Channel, store_code: str, at: datetime) -> bool:
    return (
        (window.channels is None or channel in window.channels)
        and (window.store_codes is None or store_code in window.store_codes)
        and (window.valid_from is None or window.valid_from <= at)
        and (window.valid_until is None or at < window.valid_until)
    )


def _precedence(window: PriceWindow) -> tuple[bool, bool, float]:
    began = window.valid_from.timestamp() if window.valid_from else float("-inf")
    return window.store_codes is not None, window.channels is not None, began


def _tax_lines(lines: Sequence[PricedLine], currency: str) -> tuple[TaxLine, ...]:
    rates = sorted({line.tax_rate for line in lines if line.tax_rate})
    return tuple(TaxLine(rate, _sum((x.tax for x in lines if x.tax_rate == rate), currency)) for rate in rates)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return _money(sum((money.amount for money in amounts), Decimal(0)), currency)


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def _money(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount, currency=currency)
