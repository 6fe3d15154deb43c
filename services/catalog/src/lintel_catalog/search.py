"""Finding products: the reads whose shape varies with what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    FromClause,
    Integer,
    Numeric,
    Select,
    Text,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from lintel_catalog.cursors import Mark
from lintel_catalog.domain.product import SEPARATOR
from lintel_catalog.queries import Sold
from lintel_catalog.rendering import item
from lintel_catalog.tables import products
from lintel_chassis.pagination import Paging, encode_cursor
from lintel_chassis.queries import compiled
from lintel_contracts.values import Channel
from lintel_events.unit import Unit

_UNPRICED: ColumnElement[Decimal] = literal_column("1e15::numeric")  # above every amount: what has no price comes last
_MOST_FACETS = 50
_LANGUAGES = ("simple", "english")


_IS_WRITTEN = """
SELECT EXISTS (SELECT FROM products WHERE status = 'active' AND search @@
               (websearch_to_tsquery('simple', $1) || websearch_to_tsquery('english', $1)))
"""


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


async def find_products(unit: Unit, wanted: Wanted, sold: Sold, paging: Paging) -> bytes:
    """JSON of the shape ProductsPage: every page of a list is priced at the moment of its first."""
    mark = Mark.of(paging.after, sold.at)
    as_written = not wanted.q or await unit.fetchval(_IS_WRITTEN, wanted.q)
    search = _Search(wanted, Sold(sold.channel, sold.store_code, mark.at), as_written=as_written)
    sql, args = compiled(search.page(mark, paging.limit))
    rows = await unit.fetch(sql, *args)
    more = len(rows) > paging.limit
    with_facets = paging.after is None and not wanted.skus
    return orjson.dumps(
        {
            "items": [item(row) for row in rows[: paging.limit]],
            "next_cursor": encode_cursor(mark.at_row(rows[paging.limit - 1])) if more else None,
            "facets": await _facets(unit, search) if with_facets else None,
        }
    )


async def _facets(unit: Unit, search: "_Search") -> dict[str, list[dict[str, Any]]]:
    found = {}
    for name, counted in (("category", search.categories()), ("brand", search.brands())):
        sql, args = compiled(counted)
        found[name] = [dict(row) for row in await unit.fetch(sql, *args)]
    return found


class _Search:
    """Selects over the products that match and their prices as sold.

    Where no product has the words as they are written, names that are spelled nearly so match instead.
    """

    def __init__(self, wanted: Wanted, sold: Sold, *, as_written: bool) -> None:
        self._wanted = wanted
        self._as_written = as_written
        self._price = _price_as_sold(sold)
        self._source: FromClause = products.outerjoin(self._price, true())

    def page(self, mark: Mark, limit: int) -> Select[Any]:
        key = self._sort_key()
        shown = select(products.c.content, products.c.sku, *self._price.c, key.label("key"))
        if mark.sku is not None:
            last = literal(mark.value_for(key.type), key.type)
            shown = shown.where(tuple_(key, products.c.sku) > tuple_(last, literal(mark.sku, Text)))
        found = shown.select_from(self._source).where(*self._conditions(brands=True))
        return found.order_by(key, products.c.sku).limit(limit + 1)

    def categories(self) -> Select[Any]:
        depth = len(self._wanted.category.split(SEPARATOR)) if self._wanted.category else 0
        return self._counts(products.c.categories[depth + 1], self._conditions(brands=True))

    def brands(self) -> Select[Any]:
        return self._counts(products.c.brand, self._conditions(brands=False))

    def _counts(self, value: ColumnElement[Any], conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
        counted = select(value.label("value"), func.count().label("count")).select_from(self._source)
        counted = counted.where(*conditions, value.is_not(None)).group_by(literal_column("1"))
        return counted.order_by(literal_column("2 DESC, 1")).limit(_MOST_FACETS)

    def _sort_key(self) -> ColumnElement[Any]:
        """Ascending, never null; the sku decides between equals."""
        wanted = self._wanted
        if wanted.skus:
            return func.array_position(cast(list(wanted.skus), ARRAY(Text)), products.c.sku, type_=Integer)
        match wanted.sort or (Sort.RELEVANCE if wanted.q else Sort.NAME):
            case Sort.PRICE:
                return func.coalesce(self._price.c.amount, _UNPRICED, type_=Numeric)
            case Sort.PRICE_DOWN:
                return func.coalesce(-self._price.c.amount, _UNPRICED, type_=Numeric)
            case Sort.RELEVANCE if wanted.q:
                score = func.ts_rank(products.c.search, _query(wanted.q)) + func.similarity(products.c.name, wanted.q)
                return cast(-score, Double)
            case _:
                return products.c.name

    def _conditions(self, *, brands: bool) -> list[ColumnElement[bool]]:
        wanted, amount = self._wanted, self._price.c.amount
        conditions: list[ColumnElement[bool]] = [products.c.status == literal_column("'active'")]
        if wanted.skus:
            conditions.append(products.c.sku.in_(wanted.skus))
        if wanted.q:
            conditions.append(_has_words(wanted.q) if self._as_written else _is_named_like(wanted.q))
        if wanted.category:
            conditions.append(products.c.categories.contains([wanted.category]))
        if wanted.brands and brands:
            conditions.append(products.c.brand.in_(wanted.brands))
        if wanted.gtin:
            conditions.append(products.c.gtin == wanted.gtin)
        if wanted.channel:
            conditions.append(products.c.channels.is_(None) | products.c.channels.contains([wanted.channel]))
        if wanted.price_min is not None:
            conditions.append(amount >= wanted.price_min)
        if wanted.price_max is not None:
            conditions.append(amount <= wanted.price_max)
        return conditions


def _price_as_sold(sold: Sold) -> Any:
    """The same rule as on the product's own page."""
    where = (literal(sold.channel, Text), literal(sold.store_code, Text), literal(sold.at, DateTime(timezone=True)))
    return (
        func.price_as_sold(products.c.sku, *where)
        .table_valued(
            column("price_list", Text),
            column("amount", Numeric),
            column("was", Numeric),
            column("currency", Text),
            column("prices_include_tax", Boolean),
            column("valid_until", DateTime(timezone=True)),
        )
        .lateral("sold")
    )


def _query(q: str) -> ColumnElement[Any]:
    """All words as written, or by their stems; quotes, OR and - as in web searches."""
    written, stemmed = (func.websearch_to_tsquery(literal_column(f"'{name}'::regconfig"), q) for name in _LANGUAGES)
    return written.op("||")(stemmed)


def _has_words(q: str) -> ColumnElement[bool]:
    return products.c.search.op("@@", is_comparison=True)(_query(q))


def _is_named_like(q: str) -> ColumnElement[bool]:
    return products.c.sku.in_(select(func.skus_named_like(q).column_valued("like")))
