"""Finding products: the reads whose shape varies with what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson

from lintel_catalog.cursors import Mark
from lintel_catalog.domain.product import SEPARATOR
from lintel_catalog.queries import Sold
from lintel_catalog.rendering import item
from lintel_chassis.db.queries import Query
from lintel_chassis.http.pagination import Paging, encode_cursor
from lintel_contracts.values import Channel
from lintel_events.outbox.unit_of_work import UnitOfWork

_MOST_FACETS = 50

# All words as written, or by their stems; quotes, OR and - as in web searches.
_WORDS = "(websearch_to_tsquery('simple', {}) || websearch_to_tsquery('english', {}))"
_HAS_WORDS = f"p.search @@ {_WORDS}"
_IS_NAMED_LIKE = "p.sku IN (SELECT skus_named_like({}))"
_IS_WRITTEN = """
SELECT EXISTS (SELECT FROM products WHERE status = 'active' AND search @@
               (websearch_to_tsquery('simple', $1) || websearch_to_tsquery('english', $1)))
"""
_PAGE = "SELECT p.content, p.sku, sold.*, value AS key"
_COUNTS = "SELECT value, count(*) AS count"
# The price by the same rule as on the product's own page.
_PRODUCTS = "FROM products p LEFT JOIN LATERAL price_as_sold(p.sku, {}, {}, {}) AS sold ON true"

_BY_NAME = "p.name"
_BY_PRICE = "coalesce(sold.amount, 1e15)"  # above every amount: what has no price comes last
_BY_PRICE_DOWN = "coalesce(-sold.amount, 1e15)"
_BY_RELEVANCE = f"-(ts_rank(p.search, {_WORDS}) + similarity(p.name, {{}}))::float8"
_BY_PLACE = "array_position({}::text[], p.sku)"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NAME = "name"
    PRICE = "price"
    PRICE_DOWN = "-price"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; all of it must hold."""

    q: str | None = None
    category: str | None = None
    brands: tuple[str, ...] = ()
    gtin: str | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    channel: Channel | None = None
    skus: tuple[str, ...] = ()
    sort: Sort | None = None


async def find_products(unit: UnitOfWork, wanted: Wanted, sold: Sold, paging: Paging) -> bytes:
    """JSON of the shape ProductsPage: every page of a list is priced at the moment of its first."""
    mark = Mark.of(paging.after, sold.at)
    as_written = not wanted.q or await unit.fetchval(_IS_WRITTEN, wanted.q)
    search = _Search(wanted, Sold(sold.channel, sold.store_code, mark.at), as_written=as_written)
    rows = await unit.fetch(*search.page(mark, paging.limit).statement())
    more = len(rows) > paging.limit
    with_facets = paging.after is None and not wanted.skus
    return orjson.dumps(
        {
            "items": [item(row) for row in rows[: paging.limit]],
            "next_cursor": encode_cursor(mark.at_row(rows[paging.limit - 1])) if more else None,
            "facets": await _facets(unit, search) if with_facets else None,
        }
    )


async def _facets(unit: UnitOfWork, search: "_Search") -> dict[str, list[dict[str, Any]]]:
    counted = {"category": search.categories(), "brand": search.brands()}
    return {name: [dict(row) for row in await unit.fetch(*query.statement())] for name, query in counted.items()}


@dataclass(frozen=True, slots=True)
class _Search:
    """Queries of the products that match and their prices as sold.

    Where no product has the words as they are written, names that are spelled nearly so match instead.
    """

    wanted: Wanted
    sold: Sold
    as_written: bool

    def page(self, mark: Mark, limit: int) -> Query:
        expression, values, kind = self._sort_key()
        query = self._products(_PAGE, expression, *values)
        self._add_conditions(query, brands=True)
        if mark.sku is not None:
            query.where("(value, p.sku) > ({}, {})", mark.value_as(kind), mark.sku)
        query.add("ORDER BY value, p.sku LIMIT {}", limit + 1)
        return query

    def categories(self) -> Query:
        depth = len(self.wanted.category.split(SEPARATOR)) if self.wanted.category else 0
        return self._counts("p.categories[{}]", depth + 1, brands=True)

    def brands(self) -> Query:
        return self._counts("p.brand", brands=False)

    def _counts(self, expression: str, *values: Any, brands: bool) -> Query:
        query = self._products(_COUNTS, expression, *values)
        self._add_conditions(query, brands=brands)
        query.where("value IS NOT NULL")
        query.add("GROUP BY value ORDER BY count DESC, value LIMIT {}", _MOST_FACETS)
        return query

    def _products(self, selected: str, expression: str, *values: Any) -> Query:
        """Products with their prices, and what the expression is of each as `value`."""
        query = Query(selected)
        query.add(_PRODUCTS, self.sold.channel, self.sold.store_code, self.sold.at)
        query.add(f"CROSS JOIN LATERAL (SELECT {expression}) AS of_each (value)", *values)
        return query

    def _sort_key(self) -> tuple[str, tuple[Any, ...], Callable[[Any], Any]]:
        """An expression, its values and its type: ascending, never null; the sku decides between equals."""
        wanted = self.wanted
        if wanted.skus:
            return _BY_PLACE, (wanted.skus,), int
        match wanted.sort or (Sort.RELEVANCE if wanted.q else Sort.NAME):
            case Sort.PRICE:
                return _BY_PRICE, (), Decimal
            case Sort.PRICE_DOWN:
                return _BY_PRICE_DOWN, (), Decimal
            case Sort.RELEVANCE if wanted.q:
                return _BY_RELEVANCE, (wanted.q, wanted.q, wanted.q), float
            case _:
                return _BY_NAME, (), str

    def _add_conditions(self, query: Query, *, brands: bool) -> None:
        wanted = self.wanted
        query.where("p.status = 'active'")
        if wanted.skus:
            query.where("p.sku = ANY ({}::text[])", wanted.skus)
        if wanted.q and self.as_written:
            query.where(_HAS_WORDS, wanted.q, wanted.q)
        elif wanted.q:
            query.where(_IS_NAMED_LIKE, wanted.q)
        if wanted.category:
            query.where("p.categories @> ARRAY[{}::text]", wanted.category)
        if wanted.brands and brands:
            query.where("p.brand = ANY ({}::text[])", wanted.brands)
        if wanted.gtin:
            query.where("p.gtin = {}", wanted.gtin)
        if wanted.channel:
            query.where("p.channels IS NULL OR {} = ANY (p.channels)", wanted.channel)
        if wanted.price_min is not None:
            query.where("sold.amount >= {}", wanted.price_min)
        if wanted.price_max is not None:
            query.where("sold.amount <= {}", wanted.price_max)
