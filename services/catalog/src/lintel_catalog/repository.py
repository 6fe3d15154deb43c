"""Rows to entries and back. Entries are locked, changed, and saved together with what they announce."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from lintel_catalog import rows
from lintel_catalog.domain.entry import Change, Entry
from lintel_catalog.domain.price import Price, PriceKey, PriceList, windows_of
from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.errors import NotFound
from lintel_contracts.values import Channel, Money
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork

# Locks in sku order, so that two batches never wait for each other in a circle.
_LOCK = """
SELECT sku, content, sequence, price_sequence FROM products WHERE sku = ANY($1::text[]) ORDER BY sku FOR UPDATE
"""
# Only with the product locked is a price of it written: no lock of their own.
_PRICES = """
SELECT sku, price_list, amount, was, currency, valid_from, valid_until FROM prices WHERE sku = ANY($1::text[])
"""
# Shared, after the products, in code order: a list stays as it is until the prices written under it are committed.
# Who changes a list locks no product with it, so nobody waits in a circle.
_LISTS = """
SELECT code, currency, channels, store_codes, prices_include_tax, version FROM price_lists
WHERE code = ANY($1::text[]) OR code IN (SELECT price_list FROM prices WHERE sku = ANY($2::text[]))
ORDER BY code FOR SHARE
"""


@dataclass(slots=True)
class Loaded:
    """Entries that this unit has locked, as they were and as they have become, and the lists their prices are on."""

    before: Mapping[str, Entry]
    now: dict[str, Entry]
    lists: Mapping[str, PriceList]

    def entry(self, sku: str) -> Entry:
        """Raise NotFound."""
        if sku not in self.now:
            raise NotFound("product_not_found", f"There is no product {sku}.")
        return self.now[sku]

    def price_list(self, code: str) -> PriceList:
        """Raise NotFound for one that was not asked for when loading, or does not exist."""
        if code not in self.lists:
            raise NotFound("price_list_not_found", f"There is no price list {code}.")
        return self.lists[code]

    def save(self, unit: UnitOfWork, at: datetime) -> None:
        """Write what has changed and announce it: at most one event of each kind a sku."""
        found = (Change(self.before.get(sku), self.now[sku]) for sku in sorted(self.now))
        changes = [change for change in found if change.product_changed or change.changed_prices]
        rows.write(unit, changes, self.lists)
        for change in changes:
            entry = change.numbered()
            if change.product_changed:
                unit.publish(entry.product.changed(), sequence=entry.sequence)
            if change.changed_prices:
                announce_prices(unit, entry, self.lists, at)


def announce_prices(
    unit: UnitOfWork, entry: Entry, lists: Mapping[str, PriceList], at: datetime, cause: Context | None = None
) -> None:
    """Publish an entry that carries its new numbers."""
    windows = windows_of(entry.prices.values(), lists, at)
    event = PricesChanged(sku=entry.product.sku, windows=windows)
    unit.publish(event, sequence=entry.price_sequence, cause=cause)


async def load(unit: UnitOfWork, skus: Iterable[str], price_lists: Iterable[str] = ()) -> Loaded:
    """Lock the entries that exist, and read the lists named beside those they have prices on."""
    wanted = sorted(set(skus))
    found = await unit.lock(_LOCK, wanted)
    prices = _by_sku(await unit.fetch(_PRICES, wanted))
    lists = {row["code"]: list_of(row) for row in await unit.fetch(_LISTS, sorted(set(price_lists)), wanted)}
    entries = {row["sku"]: _entry(row, prices.get(row["sku"], {})) for row in found}
    return Loaded(entries, dict(entries), lists)


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
    prices: dict[str, dict[PriceKey, Price]] = {}
    for row in found:
        price = price_of(row)
        prices.setdefault(row["sku"], {})[price.key] = price
    return prices


def _entry(row: asyncpg.Record, prices: Mapping[PriceKey, Price]) -> Entry:
    return Entry(rows.PRODUCT.validate_json(row["content"]), prices, row["sequence"], row["price_sequence"])
