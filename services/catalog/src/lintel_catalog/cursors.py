"""Where a page of products ended: the last row's sort value and sku, and the moment at which the list is priced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import InvalidOperation
from typing import Any, TypeVar

import asyncpg

from lintel_chassis.problems import Problem

_PARTS = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mark:
    """`sku` is None before the first page."""

    at: datetime
    value: Any = None
    sku: str | None = None

    @classmethod
    def of(cls, after: list[Any] | None, now: datetime) -> "Mark":
        """Raise Problem for a cursor of another list."""
        if after is None:
            return cls(now)
        if len(after) != _PARTS or not all(isinstance(part, str) for part in after):
            raise _foreign()
        value, sku, at = after
        try:
            return cls(datetime.fromisoformat(at), value, sku)
        except ValueError:
            raise _foreign() from None

    def at_row(self, row: asyncpg.Record) -> list[str]:
        return [str(row["key"]), row["sku"], self.at.isoformat()]

    def value_as(self, kind: Callable[[Any], T]) -> T:
        """The sort value as its column has it. Raise Problem when it is another sort's."""
        try:
            return kind(self.value)
        except (ValueError, InvalidOperation):
            raise _foreign() from None


def _foreign() -> Problem:
    return Problem("invalid_cursor", "This cursor was not given by this list.")
