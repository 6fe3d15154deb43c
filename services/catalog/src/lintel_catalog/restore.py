"""After a restore: products, prices and price lists as they were told last, as far as the log tells."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lintel_catalog import price_lists, repository, rows
from lintel_catalog.domain.entry import Change, Entry
from lintel_catalog.domain.price import Price, PriceList
from lintel_catalog.domain.product import Product, Restrictions
from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.catalog_products import ProductChanged
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of

_LOST = (
    "Of products told after the backup: descriptions, attributes, images but the first, and channels they are sold on; "
    "those of products that the backup knows stay as they were. Prices that were over when the last were told. "
    "Changes of price lists that the backup knows: put them again."
)


# The rows are locked already; what was told of them last is what they are.
_NUMBER = """
UPDATE products p SET sequence = c.sequence, price_sequence = c.price_sequence
FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS c (sku, sequence, price_sequence) WHERE p.sku = c.sku
"""


async def _take_up(unit: UnitOfWork, told: History) -> Mapping[str, int]:
    newest = {(type(one.event), one.event.sku): one for one in sorted(told, key=number_of)}
    skus = {sku for _, sku in newest}
    windows = [
        window for one in newest.values() if isinstance(one.event, PricesChanged) for window in one.event.windows
    ]
    loaded = await repository.load(unit, skus, {window.price_list for window in windows})
    after: dict[str, Entry] = {}
    for sku in sorted(skus):
        entry = _brought_up(loaded.before.get(sku), newest.get((ProductChanged, sku)), newest.get((PricesChanged, sku)))
        if entry is not None and entry != loaded.before.get(sku):
            after[sku] = entry
    lists = _with_missing(unit, loaded.lists, windows)
    await unit.flush()
    rows.write(unit, [Change(loaded.before.get(sku), entry) for sku, entry in after.items()], lists)
    await unit.flush()
    numbers = [[one.sequence for one in after.values()], [one.price_sequence for one in after.values()]]
    unit.write(_NUMBER, list(after), *numbers)
    known = len(after.keys() & loaded.before.keys())
    return Counter({"products brought up": known, "products made again": len(after) - known})


def _brought_up(
    entry: Entry | None, product: Delivery[ProductChanged] | None, prices: Delivery[PricesChanged] | None
) -> Entry | None:
    """The entry as told last; None when its product has never been told."""
    if product is not None and number_of(product) > (entry.sequence if entry else 0):
        entry = replace(
            entry or Entry(_product(None, product.event)),
            product=_product(entry.product if entry else None, product.event),
            sequence=number_of(product),
        )
    if entry is not None and prices is not None and number_of(prices) > entry.price_sequence:
        told = {price.key: price for price in map(_price, prices.event.windows)}
        entry = replace(entry, prices={**entry.prices, **told}, price_sequence=number_of(prices))
    return entry


def _product(known: Product | None, told: ProductChanged) -> Product:
    """What the event does not tell stays as it was."""
    images = known.images if known else ()
    if told.image_url != (images[0] if images else None):
        images = (told.image_url, *images[1:]) if told.image_url else ()
    return replace(
        known or Product(told.sku, told.name, told.category),
        name=told.name,
        category=told.category,
        brand=told.brand,
        gtin=told.gtin,
        unit=told.unit,
        price_per=told.price_per,
        tax_class=told.tax_class,
        restrictions=Restrictions(told.min_age) if told.min_age else None,
        images=images,
        group=told.group,
        status=told.status,
    )


def _price(window: PriceWindow) -> Price:
    return Price(window.price_list, window.price, window.was, window.valid_from, window.valid_until)


def _with_missing(
    unit: UnitOfWork, known: Mapping[str, PriceList], windows: Iterable[PriceWindow]
) -> Mapping[str, PriceList]:
    """The lists, and those that the tables do not know, as their prices tell of them."""
    missing = {
        one.price_list: PriceList(
            one.price_list, one.price.currency, one.channels, one.store_codes, one.prices_include_tax
        )
        for one in windows
        if one.price_list not in known
    }
    for price_list in missing.values():
        price_lists.add(unit, price_list)
    return {**known, **missing}


RESTORATION = Restoration((ProductChanged, PricesChanged), _take_up, _LOST)
