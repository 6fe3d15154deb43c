"""Putting and withdrawing products."""

from collections.abc import Sequence
from datetime import datetime

from lintel_catalog.entries.domain.entry import Done, Entry
from lintel_catalog.entries.domain.price import BASE, Price
from lintel_catalog.entries.store import OpenEntries, open_entries, save
from lintel_catalog.products.domain import Offer
from lintel_catalog.products.etags import check_version
from lintel_chassis.http.etag import Expected
from lintel_contracts.errors import DomainError
from lintel_events.outbox.unit_of_work import UnitOfWork


async def put_product(unit: UnitOfWork, offer: Offer, expected: Expected, at: datetime) -> Done:
    """The product is now this one. Raise Problem when it is not the version the client expects."""
    entries = await open_entries(unit, [offer.sku], [BASE])
    check_version(expected, entries.now[offer.sku].sequence if offer.sku in entries.now else 0)
    done = _put(entries, offer)
    save(unit, entries, at)
    return done


async def put_products(unit: UnitOfWork, offers: Sequence[Offer], at: datetime) -> list[Done | DomainError]:
    """Each in its order; what is refused leaves the others alone."""
    entries = await open_entries(unit, [offer.sku for offer in offers], [BASE])
    results: list[Done | DomainError] = []
    for offer in offers:
        try:
            results.append(_put(entries, offer))
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


def _put(entries: OpenEntries, offer: Offer) -> Done:
    before = entries.now.get(offer.sku)
    after = before.described(offer.product) if before else Entry(offer.product)
    if offer.price is not None:
        entries.price_list(BASE).admit(offer.price, "/price")
        after = after.priced(Price(BASE, offer.price))
    entries.put(after)
    return Done.of(before, after)
