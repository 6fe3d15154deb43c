"""Price lists and the prices on them, as merchandisers see them."""

from sqlalchemy import bindparam, nulls_first, select

from lintel_catalog.entries.domain.price import Price, PriceList
from lintel_catalog.entries.store import list_of, price_of
from lintel_catalog.entries.tables import price_lists, prices
from lintel_chassis.db.statements import compiled
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork

_LIST = compiled(select(price_lists).where(price_lists.c.code == bindparam("code")))
_PRICES = compiled(
    select(prices)
    .where(prices.c.sku == bindparam("sku"), prices.c.price_list == bindparam("price_list"))
    .order_by(nulls_first(prices.c.valid_from))
)


async def price_list(unit: UnitOfWork, code: str) -> PriceList:
    """Raise NotFound."""
    row = await unit.fetchrow(*_LIST(code=code))
    if row is None:
        raise NotFound("price_list_not_found", f"There is no price list {code}.")
    return list_of(row)


async def prices_on(unit: UnitOfWork, code: str, sku: str) -> list[Price]:
    """By their beginnings, past ones too; none of a product that is not there or not on the list."""
    return [price_of(row) for row in await unit.fetch(*_PRICES(sku=sku, price_list=code))]
