"""Putting price lists and prices, and publishing what a changed list means for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from lintel_catalog.entries.domain.entry import Done
from lintel_catalog.entries.domain.price import BASE, Price, PriceList
from lintel_catalog.entries.rows import save_sequences
from lintel_catalog.entries.store import OpenEntries, open_entries, save
from lintel_catalog.prices import store
from lintel_chassis.http.etag import Expected, etag_of
from lintel_chassis.worker.deadlines import Due, set_deadline, set_deadlines
from lintel_contracts.errors import Conflict, DomainError, Invalid
from lintel_events.outbox.unit_of_work import UnitOfWork

LIST_CHANGED = "price-list-changed"
"""The deadline, due at once, that publishes a changed list's prices."""

SkuPrice: TypeAlias = tuple[str, Price]

_AT_ONCE = 500


async def put_price(unit: UnitOfWork, sku: str, price: Price, at: datetime) -> Done:
    """Replaces the price that began at the same moment on its list. Raise NotFound, Invalid."""
    entries = await open_entries(unit, [sku], [price.price_list])
    done = _put(entries, sku, price)
    save(unit, entries, at)
    return done


async def put_prices(unit: UnitOfWork, prices: Sequence[SkuPrice], at: datetime) -> list[Done | DomainError]:
    """Each in its order; what is refused leaves the others alone."""
    skus, codes = {sku for sku, _ in prices}, {price.price_list for _, price in prices}
    entries = await open_entries(unit, skus, codes)
    results: list[Done | DomainError] = []
    for sku, price in prices:
        try:
            results.append(_put(entries, sku, price))
        except DomainError as refusal:
            results.append(refusal)
    save(unit, entries, at)
    return results


def _put(entries: OpenEntries, sku: str, price: Price) -> Done:
    entry = entries.entry(sku)
    entries.price_list(price.price_list).admit(price.price, "/price")
    entries.put(entry.priced(price))
    return Done.of(entry.prices.get(price.key), price)


async def put_price_list(unit: UnitOfWork, wanted: PriceList, expected: Expected, at: datetime) -> Done:
    """Its prices hold by its new rules at once; they are published soon after, a number of products at a time.

    Raise Invalid for a list without currency, or a base list that is not open; Conflict when a list that has prices
    would change its currency.
    """
    _check(wanted)
    before = await store.lock(unit, wanted.code)
    expected.check(etag_of(before.version if before else 0))
    if before is None:
        store.add(unit, wanted)
        return Done.CREATED
    if replace(wanted, version=before.version) == before:
        return Done.UNCHANGED
    if wanted.currency != before.currency and await store.has_prices(unit, wanted.code):
        raise Conflict("price_list_in_use", f"The prices of {wanted.code} are in {before.currency}.", "/currency")
    store.save(unit, replace(wanted, version=before.version + 1))
    set_deadline(unit, LIST_CHANGED, wanted.code, at)
    return Done.CHANGED


def _check(wanted: PriceList) -> None:
    is_open = PriceList(BASE, None, None, None, wanted.prices_include_tax) == wanted
    if wanted.code == BASE and not is_open:
        raise Invalid("base_list_is_open", "The base list has no currency, channels or stores.")
    if wanted.code != BASE and wanted.currency is None:
        raise Invalid("currency_required", "All prices of a list are in its currency.", "/currency")


async def publish_changed_lists(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    """Publish the prices of products on these lists as they are under the lists' new rules, and come back for more."""
    causes = {changed.key: changed.cause for changed in due}
    skus = await store.unpublished(unit, list(causes), _AT_ONCE)
    entries = await open_entries(unit, skus)
    store.mark_published(unit, skus)
    for found in entries.now.values():
        entry = replace(found, price_sequence=found.price_sequence + 1)
        save_sequences(unit, entry)
        cause = next((causes[price.price_list] for price in entry.prices.values() if price.price_list in causes), None)
        unit.publish(entry.prices_changed(entries.lists, at), sequence=entry.price_sequence, cause=cause)
    if len(skus) == _AT_ONCE:
        set_deadlines(unit, LIST_CHANGED, dict.fromkeys(causes, at))
