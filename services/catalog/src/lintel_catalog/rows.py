"""Changed entries as rows: a statement a table, however many there are."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter

from lintel_catalog.domain.entry import Change
from lintel_catalog.domain.price import PriceList
from lintel_catalog.domain.product import Product
from lintel_events.outbox.unit_of_work import UnitOfWork

PRODUCT: TypeAdapter[Product] = TypeAdapter(Product)
"""The content of a product's row, to JSON and back."""

_RECORDS = """
json_to_recordset($1::json) AS c (
    sku text, content json, name text, brand text, categories text[], gtin text, channels text[], status text,
    description text, sequence bigint, price_sequence bigint)
"""
# As written, for all languages; and by its stem for English. A name counts most, a description least.
_WORDS = """
setweight(to_tsvector('simple', c.name) || to_tsvector('english', c.name), 'A')
|| setweight(to_tsvector('simple', concat_ws(' ', c.brand, c.sku, c.gtin)), 'B')
|| setweight(to_tsvector('english', array_to_string(c.categories, ' ')), 'C')
|| setweight(to_tsvector('english', coalesce(c.description, '')), 'D')
"""
# New rows, in sku order: two batches that make the same products never wait for each other in a circle. The second
# fails on the key; the request is then run again and finds them.
_INSERT = f"""
INSERT INTO products (sku, content, name, brand, categories, gtin, channels, status, search, sequence, price_sequence)
SELECT c.sku, c.content, c.name, c.brand, c.categories, c.gtin, c.channels, c.status, {_WORDS}, c.sequence,
       c.price_sequence
FROM {_RECORDS} ORDER BY c.sku
"""  # noqa: S608 - constants
# The rows are locked already.
_UPDATE = f"""
UPDATE products p SET content = c.content, name = c.name, brand = c.brand, categories = c.categories, gtin = c.gtin,
    channels = c.channels, status = c.status, search = {_WORDS}, sequence = c.sequence,
    price_sequence = c.price_sequence
FROM {_RECORDS} WHERE p.sku = c.sku
"""  # noqa: S608 - constants
# The rows are locked already.
_UPDATE_SEQUENCE = """
UPDATE products p SET sequence = c.sequence
FROM unnest($1::text[], $2::bigint[]) AS c (sku, sequence) WHERE p.sku = c.sku
"""
# The rows are locked already.
_UPDATE_PRICE_SEQUENCE = """
UPDATE products p SET price_sequence = c.sequence
FROM unnest($1::text[], $2::bigint[]) AS c (sku, sequence) WHERE p.sku = c.sku
"""
# Under the lock of their products.
_UPSERT_PRICES = """
INSERT INTO prices (sku, price_list, amount, was, currency, valid_from, valid_until, list_version)
SELECT * FROM unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::text[], $6::timestamptz[],
                     $7::timestamptz[], $8::int[])
ON CONFLICT (sku, price_list, valid_from) DO UPDATE
SET amount = excluded.amount, was = excluded.was, currency = excluded.currency, valid_until = excluded.valid_until,
    list_version = excluded.list_version
"""


def write(unit: UnitOfWork, changes: Sequence[Change], lists: Mapping[str, PriceList]) -> None:
    """Queue the rows of changes, at most one change a sku."""
    for sql, told in (
        (_INSERT, [change for change in changes if change.is_new]),
        (_UPDATE, [change for change in changes if change.product_changed and not change.is_new]),
    ):
        if told:
            unit.write(sql, orjson.dumps([_record(change) for change in told]).decode())
    write_price_sequences(
        unit,
        {
            change.after.product.sku: change.numbered().price_sequence
            for change in changes
            if not change.product_changed
        },
    )
    priced = [_price_columns(change, lists) for change in changes]
    columns = [row for rows in priced for row in rows]
    if columns:
        unit.write(_UPSERT_PRICES, *map(list, zip(*columns, strict=True)))


def write_sequences(unit: UnitOfWork, sequences: Mapping[str, int]) -> None:
    if sequences:
        unit.write(_UPDATE_SEQUENCE, list(sequences), list(sequences.values()))


def write_price_sequences(unit: UnitOfWork, sequences: Mapping[str, int]) -> None:
    if sequences:
        unit.write(_UPDATE_PRICE_SEQUENCE, list(sequences), list(sequences.values()))


def _record(change: Change) -> dict[str, Any]:
    entry = change.numbered()
    product = entry.product
    return {
        "sku": product.sku,
        "content": orjson.Fragment(PRODUCT.dump_json(product, exclude_none=True)),
        "name": product.name,
        "brand": product.brand,
        "categories": product.category_paths(),
        "gtin": product.gtin,
        "channels": product.channels,
        "status": product.status,
        "description": product.description,
        "sequence": entry.sequence,
        "price_sequence": entry.price_sequence,
    }


def _price_columns(change: Change, lists: Mapping[str, PriceList]) -> list[tuple[Any, ...]]:
    sku = change.after.product.sku
    return [
        (
            sku,
            price.price_list,
            price.price.amount,
            price.was.amount if price.was else None,
            price.price.currency,
            price.valid_from,
            price.valid_until,
            lists[price.price_list].version,
        )
        for price in change.changed_prices
    ]
