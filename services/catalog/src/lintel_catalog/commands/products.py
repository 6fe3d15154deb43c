"""Putting and withdrawing products."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from lintel_catalog import repository
from lintel_catalog.domain.entry import Entry
from lintel_catalog.domain.price import BASE, Price
from lintel_catalog.inputs import ProductInput, ProductItem
from lintel_catalog.repository import Loaded
from lintel_catalog.versions import check_version
from lintel_chassis.http.etag import Expected
from lintel_contracts.errors import DomainError
from lintel_events.outbox.unit_of_work import UnitOfWork


class Done(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


async def put_product(unit: UnitOfWork, sku: str, wanted: ProductInput, expected: Expected, at: datetime) -> Done:
    """The product is now as told. Raise Problem when it is not the version the client expects."""
    loaded = await repository.load(unit, [sku], [BASE])
    check_version(expected, loaded.now[sku].sequence if sku in loaded.now else 0)
    done = _put(loaded, sku, wanted)
    loaded.save(unit, at)
    return done


async def put_products(unit: UnitOfWork, items: Sequence[ProductItem], at: datetime) -> list[Done | DomainError]:
    """Each in its order; what is refused leaves the others alone."""
    loaded = await repository.load(unit, [item.sku for item in items], [BASE])
    done: list[Done | DomainError] = []
    for item in items:
        try:
            done.append(_put(loaded, item.sku, item))
        except DomainError as refusal:
            done.append(refusal)
    loaded.save(unit, at)
    return done


async def withdraw_product(unit: UnitOfWork, sku: str, expected: Expected, at: datetime) -> None:
    """It is sold no more; what is withdrawn already stays so. Raise NotFound."""
    loaded = await repository.load(unit, [sku])
    entry = loaded.entry(sku)
    check_version(expected, entry.sequence)
    loaded.now[sku] = entry.withdraw()
    loaded.save(unit, at)


def _put(loaded: Loaded, sku: str, wanted: ProductInput) -> Done:
    known, product = loaded.now.get(sku), wanted.product(sku)
    entry = known.told(product) if known else Entry(product)
    if wanted.price is not None:
        loaded.price_list(BASE).admit(wanted.price, "/price")
        entry = entry.priced(Price(BASE, wanted.price))
    loaded.now[sku] = entry
    if known is None:
        return Done.CREATED
    return Done.UNCHANGED if entry == known else Done.CHANGED
