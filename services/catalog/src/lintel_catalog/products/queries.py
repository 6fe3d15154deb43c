"""A product as it is shown: from its row straight to JSON."""

from sqlalchemy import bindparam, select, true

from lintel_catalog.entries.as_sold import PriceContext, price_as_asked
from lintel_catalog.entries.rendering import price_json, product_json
from lintel_catalog.entries.tables import products
from lintel_catalog.products.etags import etag_of_product
from lintel_catalog.representation import Representation
from lintel_chassis.db.statements import compiled
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork

_SOLD = price_as_asked(products.c.sku)
_SHOWN = compiled(
    select(products.c.content, products.c.sequence, *_SOLD.c)
    .select_from(products.outerjoin(_SOLD, true()))
    .where(products.c.sku == bindparam("sku"))
)


async def show_product(unit: UnitOfWork, sku: str, context: PriceContext) -> Representation:
    """JSON of the shape ProductView. Raise NotFound."""
    row = await unit.fetchrow(*_SHOWN(sku=sku, **context.values()))
    if row is None:
        raise NotFound("product_not_found", f"There is no product {sku}.")
    price = price_json(row)
    return Representation(product_json(row["content"], price), etag_of_product(row["sequence"], price))
