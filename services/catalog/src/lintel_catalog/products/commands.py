"""Putting and withdrawing products."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from lintel_catalog.entries.domain.entry import Done, Entry
from lintel_catalog.entries.domain.price import BASE, Price
from lintel_catalog.entries.domain.product import Product
from lintel_catalog.entries.store import OpenEntries, open_entries, save
from lintel_catalog.products.etags import check_version
from lintel_chassis.http.etag import Expected
from lintel_contracts.errors import DomainError
from lintel_contracts.values import Money
from lintel_events.outbox.unit_of_work import UnitOfWork

Offered: TypeAlias = tuple[Product, Money | None]
"""A product, and what it costs on the base list for good; without a price, its prices stay as they are."""


async def put_product(unit: UnitOfWork, offered: Offered, expected: Expected, at: datetime) -> Done:
    """The product is now this one. Raise Problem when it is not the version the client expects."""
    sku = offered[0].sku
    entries = await open_entries(unit, [sku], [BASE])
    check_version(expected, entries.now[sku].sequence if sku in entries.now else 0)
    done = _put(entries, offered)
    save(unit, entries, at)
    return done


async def put_products(unit: UnitOfWork, offers: Sequence[Offered], at: datetime) -> list[Done | DomainError]:
    """Each in its order; what is refused leaves the others alone."""
    entries = await open_entries(unit, [product.sku for product, _ in offers], [BASE])
    results: list[Done | DomainError] = []
    for offered in offers:
        try:
            results.append(_put(entries, offered))
        except DomainError as refusal:
            results.append(refusal)
    save(unit, entries, at)
    return results


async def withdraw_product(unit: UnitOfWork, sku: str, expected: Expected, at: datetime) -> None:
    """It is sold no more; what is withdrawn already stays so. Raise NotFound."""
    entries = await open_entries(unit, [sku])
    entry = entries.entry(sku)
    check_version(expected, entry.sequence)
    entries.put(entry.withdraw())
    save(unit, entries, at)


def _put(entries: OpenEntries, offered: Offered) -> Done:
    product, price = offered
    before = entries.now.get(product.sku)
    after = before.described(product) if before else Entry(product)
    if price is not None:
        entries.price_list(BASE).admit(price, "/price")
        after = after.priced(Price(BASE, price))
    entries.put(after)
    return Done.of(before, after)
