"""A write that is asked for a row at a time and sent for all rows of a unit at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""Values by the names of columns."""


@dataclass(frozen=True, slots=True, eq=False)
class RowStatement:
    """One INSERT or UPDATE for any number of rows. Units gather rows by it, so make it once, at import."""

    sql: str
    key: tuple[str, ...]
    """The columns that name a row."""
    arguments: Callable[[Sequence[Row]], tuple[Any, ...]]
    """The values of `$1`, `$2`, ... for these rows."""
    of_one: Callable[[Row], tuple[str, tuple[Any, ...]]] | None = None
    """SQL and values for a single row, which most requests have: arrays of one cost client and server more."""

    def of(self, rows: Sequence[Row]) -> tuple[str, tuple[Any, ...]]:
        """SQL, then its values."""
        if self.of_one is not None and len(rows) == 1:
            return self.of_one(rows[0])
        return self.sql, self.arguments(rows)

    def key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.key)


class GatheredRows:
    """What a unit has gathered for its statements: the last row of a key counts."""

    def __init__(self) -> None:
        self._rows: dict[RowStatement, dict[tuple[Any, ...], Row]] = {}

    def add(self, statement: RowStatement, row: Row) -> None:
        self._rows.setdefault(statement, {})[statement.key_of(row)] = row

    def writes(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Each statement with its arguments.

        Rows are in key order, so that two units that make the same ones never wait for each other in a circle.
        """
        return [
            statement.of([rows[key] for key in (sorted(rows, key=_nulls_first) if len(rows) > 1 else rows)])
            for statement, rows in self._rows.items()
        ]

    def clear(self) -> None:
        self._rows.clear()


def _nulls_first(key: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in key]
