"""Entries to rows, a statement a table: rows that the unit has locked, or is first to make."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from lintel_catalog.entries.domain.entry import Change, Entry
from lintel_catalog.entries.domain.price import Price, PriceList
from lintel_catalog.entries.domain.product import Product
from lintel_catalog.entries.tables import prices, products
from lintel_chassis.db.statements import inserting, updating, upserting
from lintel_events.outbox.unit_of_work import UnitOfWork

PRODUCT: TypeAdapter[Product] = TypeAdapter(Product)
"""The content of a product's row, to JSON and back."""

# As written, for all languages; and by its stem for English. A name counts most, a description least.
_WORDS = {
    "search": """
setweight(to_tsvector('simple', c.name) || to_tsvector('english', c.name), 'A')
|| setweight(to_tsvector('simple', concat_ws(' ', c.brand, c.sku, c.gtin)), 'B')
|| setweight(to_tsvector('english', array_to_string(c.categories, ' ')), 'C')
|| setweight(to_tsvector('english', coalesce(c.content ->> 'description', '')), 'D')
"""
}
# Two units that make the same product: the second one fails on the key, is run again and finds it.
_ADD_PRODUCT = inserting(products, computed=_WORDS)
_SAVE_PRODUCT = updating(products, computed=_WORDS)
_SAVE_SEQUENCES = updating(products, "sequence", "price_sequence")
# Under the lock of its product.
_SAVE_PRICE = upserting(prices, key=("sku", "price_list", "valid_from"))


def save_change(unit: UnitOfWork, change: Change, lists: Mapping[str, PriceList]) -> None:
    """Queue the rows of one entry that changed; its sequences are as they shall be."""
    entry = change.after
    if change.is_new:
        unit.write_row(_ADD_PRODUCT, _product_row(entry))
    elif change.product_changed:
        unit.write_row(_SAVE_PRODUCT, _product_row(entry))
    else:
        save_sequences(unit, entry)
    for price in change.changed_prices:
        unit.write_row(_SAVE_PRICE, _price_row(entry.product.sku, price, lists))


def save_sequences(unit: UnitOfWork, entry: Entry) -> None:
    """Of an entry that is published as it is."""
    row = {"sku": entry.product.sku, "sequence": entry.sequence, "price_sequence": entry.price_sequence}
    unit.write_row(_SAVE_SEQUENCES, row)


def _product_row(entry: Entry) -> dict[str, Any]:
    product = entry.product
    return {
        "sku": product.sku,
        "content": PRODUCT.dump_json(product, exclude_none=True).decode(),
        "name": product.name,
        "brand": product.brand,
        "categories": product.category_paths(),
        "gtin": product.gtin,
        "channels": product.channels,
        "status": product.status,
        "sequence": entry.sequence,
        "price_sequence": entry.price_sequence,
    }


def _price_row(sku: str, price: Price, lists: Mapping[str, PriceList]) -> dict[str, Any]:
    return {
        "sku": sku,
        "price_list": price.price_list,
        "amount": price.price.amount,
        "was": price.was.amount if price.was else None,
        "currency": price.price.currency,
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
        "list_version": lists[price.price_list].version,
    }
