"""Finding products: from their rows straight to JSON."""

from dataclasses import replace
from typing import Any

import orjson

from lintel_catalog.entries.as_sold import PriceContext
from lintel_catalog.entries.rendering import item
from lintel_catalog.search.domain import ProductFilter, Sort
from lintel_catalog.search.matching import Matching, is_written, order_of
from lintel_chassis.db.statements import composed
from lintel_chassis.http.pagination import Paging, moment
from lintel_events.outbox.unit_of_work import UnitOfWork


async def find_products(
    unit: UnitOfWork, wanted: ProductFilter, sort: Sort | None, context: PriceContext, paging: Paging
) -> bytes:
    """JSON of the shape ProductsPage: every page of a list is priced at the moment of its first.

    Raise Problem for another list's cursor.
    """
    as_written = not wanted.q or await unit.fetchval(*composed(is_written(wanted.q)))
    order = order_of(wanted, sort)
    start = paging.start(order.kind, str, moment)
    priced = context if start is None else replace(context, at=start[-1])
    matching = Matching.of(wanted, priced, as_written=as_written)
    rows = await unit.fetch(*composed(matching.page(order, start and start[:2], paging.limit)))
    with_facets = start is None and not wanted.skus
    return orjson.dumps(
        {
            "items": [item(row) for row in rows[: paging.limit]],
            "next_cursor": paging.next_cursor(rows, lambda row: (row["key"], row["sku"], priced.at)),
            "facets": await _facets(unit, matching) if with_facets else None,
        }
    )


async def _facets(unit: UnitOfWork, matching: Matching) -> dict[str, list[dict[str, Any]]]:
    counted = {"category": matching.categories(), "brand": matching.brands()}
    return {name: [dict(row) for row in await unit.fetch(*composed(query))] for name, query in counted.items()}
