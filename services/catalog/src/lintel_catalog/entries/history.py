"""An entry as its own last events have it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lintel_catalog.entries.domain.entry import Entry
from lintel_catalog.entries.domain.price import Price, PriceList
from lintel_catalog.entries.domain.product import Product, Restrictions
from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged


def with_product(entry: Entry | None, event: ProductChanged, sequence: int) -> Entry:
    """The entry with the product of a later event of it; what the event does not carry stays as it was."""
    product = _product(entry.product if entry else None, event)
    return replace(entry or Entry(product), product=product, sequence=sequence)


def with_prices(entry: Entry, event: PricesChanged, price_sequence: int) -> Entry:
    """The entry with the prices of a later event of it, beside those that were over by then."""
    carried = {price.key: price for price in map(_price, event.windows)}
    return replace(entry, prices={**entry.prices, **carried}, price_sequence=price_sequence)


def lists_of(windows: Iterable[PriceWindow]) -> Mapping[str, PriceList]:
    """Price lists as their prices describe them."""
    return {
        window.price_list: PriceList(
            window.price_list, window.price.currency, window.channels, window.store_codes, window.prices_include_tax
        )
        for window in windows
    }


def _product(known: Product | None, event: ProductChanged) -> Product:
    images = known.images if known else ()
    if event.image_url != (images[0] if images else None):
        images = (event.image_url, *images[1:]) if event.image_url else ()
    return replace(
        known or Product(event.sku, event.name, event.category),
        name=event.name,
        category=event.category,
        brand=event.brand,
        gtin=event.gtin,
        unit=event.unit,
        price_per=event.price_per,
        tax_class=event.tax_class,
        restrictions=Restrictions(event.min_age) if event.min_age else None,
        images=images,
        group=event.group,
        status=event.status,
    )


def _price(window: PriceWindow) -> Price:
    return Price(window.price_list, window.price, window.was, window.valid_from, window.valid_until)
