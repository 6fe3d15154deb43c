"""Statements that SQLAlchemy Core composes from a service's tables, as asyncpg runs them: `$1`, `$2`, ...

A fixed statement is compiled once, at import; one whose shape varies through a bounded cache of shapes. Values go to
asyncpg as they are: JSON as text, arrays as lists.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    FromClause,
    Table,
    Update,
    Values,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, asyncpg, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.expression import ClauseElement, TableValuedAlias
from sqlalchemy.util import LRUCache

from lintel_events.outbox.row_statement import Row, RowStatement

_DIALECT = asyncpg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy has no type of it
_SHAPES: LRUCache[Any, Any] = LRUCache(512)

Computed = Mapping[str, str]
"""Columns that the database works out of each row: SQL by their names, in which `c` is the row that is sent."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`await unit.fetch(*ORDERS_OF(owner="...", limit=5))`; a value for each `bindparam`, by its name."""

    sql: str
    names: tuple[str, ...]

    def __call__(self, **values: Any) -> tuple[Any, ...]:
        """SQL, then its arguments. Raise KeyError for a value that is missing."""
        return self.sql, *(values[name] for name in self.names)


def compiled(statement: ClauseElement) -> Statement:
    """A statement of one shape; what it says of values it says by `bindparam`. Raise TypeError for any other value."""
    found = _compiler(statement.compile(dialect=_DIALECT))
    if given := [name for name, bind in found.binds.items() if not bind.required]:
        raise TypeError(f"values of a fixed statement are parameters: {', '.join(given)}")
    return Statement(str(found), tuple(found.positiontup or ()))


def composed(statement: ClauseElement) -> tuple[Any, ...]:
    """SQL and arguments of a statement made for this once: its values stand in it."""
    made, values, *_ = statement._compile_w_cache(  # noqa: SLF001 - as its engine does
        _DIALECT, compiled_cache=_SHAPES, column_keys=[]
    )
    found = _compiler(made)
    given = found.construct_params(extracted_parameters=values)
    return str(found), *(given[name] for name in found.positiontup or ())


def among(searched: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether it is one of these: one array, whatever their number; `in_` would be another shape for each."""
    return searched == any_(bindparam(None, list(values), type_=ARRAY(searched.type)))


def columns_of(table: Table, *names: str) -> str:
    """All columns of the table, or these, for a statement that is written out."""
    return ", ".join(table.c[name].name for name in names or table.c.keys())


def inserting(table: Table, *names: str, computed: Computed | None = None, ignore: bool = False) -> RowStatement:
    """New rows of all columns, or these; it fails on a key that is there, or passes it over with `ignore`."""

    def of(rows: _Rows) -> Insert:
        return rows.insert().on_conflict_do_nothing() if ignore else rows.insert()

    return _Rows.of(table, names, computed).statement(of)


def upserting(
    table: Table,
    *names: str,
    key: Sequence[str] = (),
    changing: Sequence[str] = (),
    computed: Computed | None = None,
    where: Callable[[Table, Any], ColumnElement[bool]] | None = None,
) -> RowStatement:
    """New rows, or in place of those that have their key: all that is not key changes, or only these columns.

    `where` makes, of the present row and the new one, the condition under which it is replaced.
    """

    def of(rows: _Rows) -> Insert:
        statement = rows.insert()
        changes = {name: statement.excluded[name] for name in changing or rows.others()}
        condition = where(table, statement.excluded) if where else None
        return statement.on_conflict_do_update(index_elements=rows.key, set_=changes, where=condition)

    return _Rows.of(table, names, computed, key).statement(of)


def updating(table: Table, *changing: str, key: Sequence[str] = (), computed: Computed | None = None) -> RowStatement:
    """These columns, or all that are not key, of rows that are there; those that are not are passed over."""
    names = (*(key or table.primary_key.columns.keys()), *changing) if changing else ()

    def of(rows: _Rows) -> Update:
        same = [table.c[name] == rows.source.c[name] for name in rows.key]
        return update(table).values({name: rows.value(name) for name in rows.others()}).where(*same)

    return _Rows.of(table, names, computed, key).statement(of)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows as a statement gets them: an array a column, or one JSON where a column is an array itself.

    A single row comes as values, in the same statement otherwise.
    """

    table: Table
    sent: tuple[Column[Any], ...]
    key: tuple[str, ...]
    computed: Computed
    source: FromClause
    as_json: bool

    @classmethod
    def of(cls, table: Table, names: Sequence[str], computed: Computed | None, key: Sequence[str] = ()) -> "_Rows":
        computed = computed or {}
        sent = tuple(table.c[name] for name in names or table.c.keys() if name not in computed)
        as_json = any(isinstance(col.type, ARRAY) for col in sent)
        own_key = tuple(key or table.primary_key.columns.keys())
        return cls(table, sent, own_key, computed, _recordset(sent) if as_json else _unnested(sent), as_json)

    def value(self, name: str) -> ColumnElement[Any]:
        return literal_column(self.computed[name]) if name in self.computed else self.source.c[name]

    def names(self) -> list[str]:
        return [*(col.name for col in self.sent), *self.computed]

    def others(self) -> list[str]:
        return [name for name in self.names() if name not in self.key]

    def insert(self) -> Insert:
        return insert(self.table).from_select(self.names(), select(*(self.value(name) for name in self.names())))

    def statement(self, of: Callable[["_Rows"], ClauseElement]) -> RowStatement:
        many, one = compiled(of(self)), compiled(of(replace(self, source=_values(self.sent))))

        def of_one(row: Row) -> tuple[str, tuple[Any, ...]]:
            return one.sql, tuple([row[name] for name in one.names])

        return RowStatement(many.sql, self.key, self._as_json if self.as_json else self._as_arrays, of_one)

    def _as_arrays(self, rows: Sequence[Row]) -> tuple[list[Any], ...]:
        return tuple([row[col.name] for row in rows] for col in self.sent)

    def _as_json(self, rows: Sequence[Row]) -> tuple[str]:
        members = [{str(col.name): _member(col, row) for col in self.sent} for row in rows]
        return (orjson.dumps(members, default=str).decode(),)


def _member(sent: Column[Any], row: Row) -> Any:
    value = row[sent.name]
    return orjson.Fragment(value) if isinstance(sent.type, JSON) and value is not None else value


def _unnested(sent: Sequence[Column[Any]]) -> TableValuedAlias:
    arrays = (bindparam(col.name, type_=ARRAY(col.type)) for col in sent)
    return func.unnest(*arrays).table_valued(*_columns(sent)).render_derived(name="c")


def _values(sent: Sequence[Column[Any]]) -> Values:
    row = tuple(bindparam(col.name, type_=col.type) for col in sent)
    return values(*_columns(sent), name="c").data([row])


def _recordset(sent: Sequence[Column[Any]]) -> TableValuedAlias:
    rows = bindparam("rows", type_=JSON)
    return func.json_to_recordset(rows).table_valued(*_columns(sent)).render_derived(name="c", with_types=True)


def _columns(sent: Sequence[Column[Any]]) -> list[KeyedColumnElement[Any]]:
    return [column(col.name, col.type) for col in sent]


def _compiler(made: Any) -> SQLCompiler:
    found = cast("SQLCompiler", made)
    if found.post_compile_params:
        raise TypeError("an expanding parameter has no fixed number of values: use among()")
    return found
