"""Putting price lists and prices, and announcing what a changed list means for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lintel_catalog import price_lists, repository
from lintel_catalog.commands.products import Done
from lintel_catalog.domain.price import BASE, PriceList
from lintel_catalog.inputs import PriceInput, PriceItem, PriceListInput
from lintel_catalog.repository import Loaded
from lintel_chassis.http.etag import Expected, etag_of
from lintel_chassis.worker.deadlines import Due, set_deadline, set_deadlines
from lintel_contracts.errors import Conflict, DomainError, Invalid
from lintel_events.outbox.unit_of_work import UnitOfWork

LIST_CHANGED = "price-list-changed"
"""The deadline, due at once, that announces a changed list's prices."""

_AT_ONCE = 500


async def put_price(unit: UnitOfWork, price_list: str, sku: str, wanted: PriceInput, at: datetime) -> Done:
    """Replaces the price that began at the same moment. Raise NotFound, Invalid."""
    loaded = await repository.load(unit, [sku], [price_list])
    done = _put(loaded, price_list, sku, wanted)
    loaded.save(unit, at)
    return done


async def put_prices(unit: UnitOfWork, items: Sequence[PriceItem], at: datetime) -> list[Done | DomainError]:
    """Each in its order; what is refused leaves the others alone."""
    loaded = await repository.load(unit, [item.sku for item in items], [item.price_list for item in items])
    done: list[Done | DomainError] = []
    for item in items:
        try:
            done.append(_put(loaded, item.price_list, item.sku, item))
        except DomainError as refusal:
            done.append(refusal)
    loaded.save(unit, at)
    return done


def _put(loaded: Loaded, price_list: str, sku: str, wanted: PriceInput) -> Done:
    entry, price = loaded.entry(sku), wanted.on(price_list)
    loaded.price_list(price_list).admit(price.price, "/price")
    known = entry.prices.get(price.key)
    loaded.now[sku] = entry.priced(price)
    if known is None:
        return Done.CREATED
    return Done.UNCHANGED if known == price else Done.CHANGED


async def put_price_list(unit: UnitOfWork, code: str, wanted: PriceListInput, expected: Expected, at: datetime) -> Done:
    """Its prices hold by its new rules at once; they are announced soon after, a number of products at a time.

    Raise Invalid for a list without currency, or a base list that is not open; Conflict when a list that has prices
    would change its currency.
    """
    _check(code, wanted)
    known = await price_lists.lock(unit, code)
    expected.check(etag_of(known.version if known else 0))
    told = wanted.price_list(code)
    if known is None:
        price_lists.add(unit, told)
        return Done.CREATED
    told = replace(told, version=known.version)
    if told == known:
        return Done.UNCHANGED
    if told.currency != known.currency and await price_lists.has_prices(unit, code):
        raise Conflict("price_list_in_use", f"The prices of {code} are in {known.currency}.", "/currency")
    price_lists.change(unit, told)
    set_deadline(unit, LIST_CHANGED, code, at)
    return Done.CHANGED


def _check(code: str, wanted: PriceListInput) -> None:
    is_open = PriceList(code, None, None, None, wanted.prices_include_tax) == wanted.price_list(code)
    if code == BASE and not is_open:
        raise Invalid("base_list_is_open", "The base list has no currency, channels or stores.")
    if code != BASE and wanted.currency is None:
        raise Invalid("currency_required", "All prices of a list are in its currency.", "/currency")


async def announce_lists(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    """Publish the prices of products on these lists as they are under the lists' new rules, and come back for more."""
    causes = {one.key: one.cause for one in due}
    skus = await price_lists.unannounced(unit, list(causes), _AT_ONCE)
    loaded = await repository.load(unit, skus)
    sequences = {sku: entry.price_sequence + 1 for sku, entry in loaded.now.items()}
    price_lists.mark_announced(unit, sequences, loaded.lists)
    for sku, entry in loaded.now.items():
        cause = next((causes[price.price_list] for price in entry.prices.values() if price.price_list in causes), None)
        repository.announce_prices(unit, replace(entry, price_sequence=sequences[sku]), loaded.lists, at, cause)
    if len(skus) == _AT_ONCE:
        set_deadlines(unit, LIST_CHANGED, dict.fromkeys(causes, at))
