"""Rows to entries and back. Entries are locked, changed, and saved together with what they publish."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from lintel_catalog.entries.domain.entry import Change, Entry
from lintel_catalog.entries.domain.price import Price, PriceKey, PriceList
from lintel_catalog.entries.rows import PRODUCT, save_change
from lintel_catalog.entries.tables import price_lists, prices, products
from lintel_chassis.db.statements import columns_of
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.errors import NotFound
from lintel_contracts.values import Channel, Money
from lintel_events.outbox.unit_of_work import UnitOfWork

# Locks in sku order, so that two batches never wait for each other in a circle.
_LOCK = f"""
SELECT {columns_of(products, "sku", "content", "sequence", "price_sequence")} FROM products
WHERE sku = ANY($1::text[]) ORDER BY sku FOR UPDATE
"""  # noqa: S608 - constants
# Only with the product locked is a price of it written: no lock of their own.
_PRICES = f"SELECT {columns_of(prices)} FROM prices WHERE sku = ANY($1::text[])"  # noqa: S608 - constants
# Shared, after the products, in code order: a list stays as it is until the prices written under it are committed.
# Who changes a list locks no product with it, so nobody waits in a circle.
_LISTS = f"""
SELECT {columns_of(price_lists)} FROM price_lists
WHERE code = ANY($1::text[]) OR code IN (SELECT price_list FROM prices WHERE sku = ANY($2::text[]))
ORDER BY code FOR SHARE
"""  # noqa: S608 - constants


@dataclass(slots=True)
class OpenEntries:
    """Entries that a unit has locked, as they were and as they have become, and the lists their prices are on."""

    before: Mapping[str, Entry]
    now: dict[str, Entry]
    lists: Mapping[str, PriceList]

    def entry(self, sku: str) -> Entry:
        """Raise NotFound."""
        if sku not in self.now:
            raise NotFound("product_not_found", f"There is no product {sku}.")
        return self.now[sku]

    def price_list(self, code: str) -> PriceList:
        """Raise NotFound for one that was not asked for when opening, or does not exist."""
        if code not in self.lists:
            raise NotFound("price_list_not_found", f"There is no price list {code}.")
        return self.lists[code]

    def put(self, entry: Entry) -> None:
        self.now[entry.product.sku] = entry


async def open_entries(unit: UnitOfWork, skus: Iterable[str], list_codes: Iterable[str] = ()) -> OpenEntries:
    """Lock the entries that exist, and read the lists named beside those they have prices on."""
    wanted = sorted(set(skus))
    found = await unit.lock(_LOCK, wanted)
    of_sku = _by_sku(await unit.fetch(_PRICES, wanted))
    lists = {row["code"]: list_of(row) for row in await unit.fetch(_LISTS, sorted(set(list_codes)), wanted)}
    entries = {row["sku"]: _entry(row, of_sku.get(row["sku"], {})) for row in found}
    return OpenEntries(entries, dict(entries), lists)


def save(unit: UnitOfWork, opened: OpenEntries, at: datetime) -> None:
    """Write the entries that have changed and publish each: at most one event of each kind a SKU."""
    for sku in sorted(opened.now):
        change = Change(opened.before.get(sku), opened.now[sku]).numbered()
        events = change.events(opened.lists, at)
        if events:
            save_change(unit, change, opened.lists)
        for event in events:
            published = change.after.sequence if isinstance(event, ProductChanged) else change.after.price_sequence
            unit.publish(event, sequence=published)


def list_of(row: asyncpg.Record) -> PriceList:
    channels, stores = row["channels"], row["store_codes"]
    return PriceList(
        code=row["code"],
        currency=row["currency"],
        channels=None if channels is None else tuple(map(Channel, channels)),
        store_codes=None if stores is None else tuple(stores),
        prices_include_tax=row["prices_include_tax"],
        version=row["version"],
    )


def price_of(row: asyncpg.Record) -> Price:
    was = None if row["was"] is None else Money(amount=row["was"], currency=row["currency"])
    price = Money(amount=row["amount"], currency=row["currency"])
    return Price(row["price_list"], price, was, row["valid_from"], row["valid_until"])


def _by_sku(found: Sequence[asyncpg.Record]) -> dict[str, dict[PriceKey, Price]]:
    of_sku: dict[str, dict[PriceKey, Price]] = {}
    for row in found:
        price = price_of(row)
        of_sku.setdefault(row["sku"], {})[price.key] = price
    return of_sku


def _entry(row: asyncpg.Record, known: Mapping[PriceKey, Price]) -> Entry:
    return Entry(PRODUCT.validate_json(row["content"]), known, row["sequence"], row["price_sequence"])
