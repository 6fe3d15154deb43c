"""Reads whose shape varies: their SQL is put together from constant parts, and every value is a parameter."""

from typing import Any


class Query:
    """One statement, written from its beginning to its end; `{}` in a part stands for the next of its values.

        query = Query("SELECT id FROM orders")
        query.where("owner = {}", owner)
        query.add("ORDER BY id DESC LIMIT {}", limit)
        rows = await unit.fetch(*query.statement())

    Each shape is a prepared statement of its own, so that PostgreSQL plans each by itself: put in what is asked for
    rather than `$1 IS NULL OR ...`.
    """

    def __init__(self, sql: str, *values: Any) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []
        self._next_condition = "WHERE"
        self.add(sql, *values)

    def add(self, sql: str, *values: Any) -> None:
        """Raise ValueError unless there is one value for each `{}`."""
        beginning, *rest = sql.split("{}")
        after = len(self._values)
        numbered = [f"${after + number}{text}" for number, (text, _) in enumerate(zip(rest, values, strict=True), 1)]
        self._parts.append(beginning + "".join(numbered))
        self._values += values

    def where(self, condition: str, *values: Any) -> None:
        """One condition more: all of them hold."""
        self.add(f"{self._next_condition} ({condition})", *values)
        self._next_condition = "AND"

    def statement(self) -> tuple[str, *tuple[Any, ...]]:
        """SQL with `$n`, then the values: `await unit.fetch(*query.statement())`."""
        return "\n".join(self._parts), *self._values
