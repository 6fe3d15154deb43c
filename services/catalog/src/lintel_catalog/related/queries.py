"""Products of the same category, the nearest in price first."""

import orjson

from lintel_catalog.entries.as_sold import PriceContext
from lintel_catalog.entries.rendering import item
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork

# Each price in any currency: nearness is by the amount alone.
_RELATED = """
WITH this AS (
    SELECT p.sku, p.categories[cardinality(p.categories)] AS category, s.amount
    FROM products p LEFT JOIN LATERAL price_as_sold($1, $2, $3, NULL, $4) s ON true WHERE p.sku = $1)
SELECT p.content, s.* FROM this
JOIN products p ON p.categories @> ARRAY[this.category] AND p.sku <> this.sku AND p.status = 'active'
LEFT JOIN LATERAL price_as_sold(p.sku, $2, $3, NULL, $4) s ON true
ORDER BY abs(s.amount - this.amount), p.sku LIMIT $5
"""
_EXISTS = "SELECT true FROM products WHERE sku = $1"


async def related_products(unit: UnitOfWork, sku: str, context: PriceContext, limit: int) -> bytes:
    """JSON of the shape RelatedView. Raise NotFound."""
    found = await unit.fetch(_RELATED, sku, context.channel, context.store_code, context.at, limit)
    if not found and not await unit.fetchval(_EXISTS, sku):
        raise NotFound("product_not_found", f"There is no product {sku}.")
    return orjson.dumps({"items": [item(row) for row in found], "next_cursor": None})
