"""Which products match a search, and the order they come in: the reads whose shape varies with what is asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, FiniteFloat, TypeAdapter
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Double,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.selectable import LateralFromClause

from lintel_catalog.entries.as_sold import PriceContext, price_as_sold
from lintel_catalog.entries.tables import products
from lintel_catalog.search.domain import ProductFilter, Sort
from lintel_chassis.db.statements import among
from lintel_contracts.catalog_products import ProductStatus

ON_SALE = products.c.status == literal_column(f"'{ProductStatus.ACTIVE}'", Text)

_C = products.c
_SIMPLE: ColumnElement[str] = literal_column("'simple'::regconfig")
_ENGLISH: ColumnElement[str] = literal_column("'english'::regconfig")
_NO_PRICE: ColumnElement[Decimal] = literal_column("1e15")  # above every amount: what has no price comes last
_MOST_FACETS = 50

_amount = TypeAdapter(Annotated[Decimal, Field(ge=-(10**15), le=10**15, decimal_places=10)]).validate_python
_finite = TypeAdapter(FiniteFloat).validate_python
_place = TypeAdapter(Annotated[int, Field(ge=1, le=1_000)]).validate_python


@dataclass(frozen=True, slots=True)
class Order:
    """Ascending and never null; the sku decides between equals. `kind` reads a value of it in a cursor."""

    key: Callable[[LateralFromClause], ColumnElement[Any]]
    """Of a product and its price as sold."""
    kind: Callable[[str], Any]


def order_of(wanted: ProductFilter, sort: Sort | None) -> Order:
    """As the skus are named, else as asked, else by relevance to the words, else by name."""
    if wanted.skus:
        place = func.array_position(_texts(wanted.skus), _C.sku, type_=Integer)
        return Order(lambda _: place, _place)
    match sort or (Sort.RELEVANCE if wanted.q else Sort.NAME):
        case Sort.PRICE:
            return Order(lambda sold: func.coalesce(sold.c.amount, _NO_PRICE), _amount)
        case Sort.PRICE_DOWN:
            return Order(lambda sold: func.coalesce(-sold.c.amount, _NO_PRICE), _amount)
        case Sort.RELEVANCE if wanted.q:
            likeness = func.ts_rank(_C.search, _words(wanted.q)) + func.similarity(_C.name, wanted.q)
            relevance = -cast(likeness, Double)
            return Order(lambda _: relevance, _finite)
        case _:
            return Order(lambda _: _C.name, str)


@dataclass(frozen=True, slots=True)
class Matching:
    """Products on sale that match, with their prices as sold.

    Where no product has the words as they are written, names that are spelled nearly so match instead.
    """

    wanted: ProductFilter
    sold: LateralFromClause
    as_written: bool

    @classmethod
    def of(cls, wanted: ProductFilter, context: PriceContext, *, as_written: bool) -> "Matching":
        """The price is by the same rule as on the product's own page."""
        return cls(wanted, price_as_sold(_C.sku, context), as_written)

    def page(self, order: Order, start: tuple[Any, ...] | None, limit: int) -> Select[Any]:
        """One row more than the limit, after the key and sku to start at."""
        key = order.key(self.sold)
        found = self._selected(_C.content, _C.sku, *self.sold.c, key.label("key")).where(*self._conditions())
        if start is not None:
            found = found.where(tuple_(key, _C.sku) > start)
        return found.order_by(key, _C.sku).limit(limit + 1)

    def categories(self) -> Select[Any]:
        """How many of the products lie in each category, one level below the one asked for."""
        return self._counted(_C.categories[self.wanted.category_depth + 1])

    def brands(self) -> Select[Any]:
        """How many there would be of each brand, were none asked for."""
        return self._counted(_C.brand, brands=False)

    def _counted(self, value: ColumnElement[Any], *, brands: bool = True) -> Select[Any]:
        count = func.count()
        found = self._selected(value.label("value"), count.label("count"))
        found = found.where(*self._conditions(brands=brands), value.is_not(None))
        return found.group_by(value).order_by(count.desc(), value).limit(_MOST_FACETS)

    def _selected(self, *selected: ColumnElement[Any]) -> Select[Any]:
        return select(*selected).select_from(products.outerjoin(self.sold, true()))

    def _conditions(self, *, brands: bool = True) -> Iterator[ColumnElement[bool]]:
        wanted = self.wanted
        yield ON_SALE
        if wanted.skus:
            yield among(_C.sku, wanted.skus)
        if wanted.q:
            yield _has_words(wanted.q) if self.as_written else _C.sku.in_(select(func.skus_named_like(wanted.q)))
        if wanted.category:
            yield _C.categories.contains([wanted.category])
        if wanted.brands and brands:
            yield among(_C.brand, wanted.brands)
        if wanted.gtin:
            yield _C.gtin == wanted.gtin
        if wanted.channel:
            yield or_(_C.channels.is_(None), literal(wanted.channel, Text) == any_(_C.channels))
        if wanted.price_min is not None:
            yield self.sold.c.amount >= wanted.price_min
        if wanted.price_max is not None:
            yield self.sold.c.amount <= wanted.price_max


def is_written(q: str) -> Select[Any]:
    """Whether any product on sale has the words as they are written, or by their stems."""
    return select(exists().where(ON_SALE, _has_words(q)))


def _has_words(q: str) -> ColumnElement[bool]:
    return _C.search.bool_op("@@")(_words(q))


def _words(q: str) -> ColumnElement[Any]:
    """All words as written, or by their stems; quotes, OR and - as in web searches."""
    as_written, by_stems = (func.websearch_to_tsquery(language, q) for language in (_SIMPLE, _ENGLISH))
    return as_written.op("||", return_type=TSVECTOR())(by_stems)


def _texts(values: tuple[str, ...]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(Text))
