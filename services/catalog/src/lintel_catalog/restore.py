"""After a restore: products, prices and price lists as they were published last, as far as the log has them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from lintel_catalog.entries.domain.entry import Change, Entry
from lintel_catalog.entries.history import lists_of, with_prices, with_product
from lintel_catalog.entries.rows import save_change
from lintel_catalog.entries.store import open_entries
from lintel_catalog.prices import store as price_lists
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged
from lintel_events.consumer.handler import Delivery
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of

_UNKNOWN = {
    "details": (
        "Of products described after the backup: descriptions, attributes, images but the first, and channels they are "
        "sold on; those of products that the backup knows stay as they were."
    ),
    "past-prices": "Prices that were over when a product's prices were published last.",
    "lists": "Changes of price lists that the backup knows: put them again.",
}


async def _take_up(unit: UnitOfWork, history: History) -> Mapping[str, int]:
    newest = {(type(delivery.event), delivery.event.sku): delivery for delivery in sorted(history, key=number_of)}
    windows = [
        window
        for delivery in newest.values()
        if isinstance(delivery.event, PricesChanged)
        for window in delivery.event.windows
    ]
    skus = sorted({sku for _, sku in newest})
    opened = await open_entries(unit, skus, {window.price_list for window in windows})
    lists = {**lists_of(windows), **opened.lists}
    for code in sorted(lists.keys() - opened.lists.keys()):
        price_lists.add(unit, lists[code])
    await unit.flush()
    done = Counter[str]()
    for sku in skus:
        before = opened.before.get(sku)
        after = _brought_up(before, newest.get((ProductChanged, sku)), newest.get((PricesChanged, sku)))
        if after is not None and after != before:
            save_change(unit, Change(before, after), lists)
            done["products brought up" if before else "products made again"] += 1
    return done


def _brought_up(entry: Entry | None, product: Delivery[Any] | None, prices: Delivery[Any] | None) -> Entry | None:
    """The entry as published last; None when its product never was."""
    if product is not None and number_of(product) > (entry.sequence if entry else 0):
        entry = with_product(entry, product.event, number_of(product))
    if prices is not None and entry is not None and number_of(prices) > entry.price_sequence:
        entry = with_prices(entry, prices.event, number_of(prices))
    return entry


RESTORATION = Restoration((ProductChanged, PricesChanged), _take_up, _UNKNOWN)
