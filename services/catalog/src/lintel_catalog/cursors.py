"""Where a page of products ended: the last row's sort value and sku, and the moment at which the list is priced."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import asyncpg
from sqlalchemy import Double, Integer, Numeric
from sqlalchemy.types import TypeEngine

from lintel_chassis.problems import Problem

_PARTS = 3


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

    def value_for(self, kind: TypeEngine[Any]) -> Any:
        """The sort value as the column has it. Raise Problem when it is another sort's."""
        try:
            match kind:
                case Integer():
                    return int(self.value)
                case Double():
                    return float(self.value)
                case Numeric():
                    return Decimal(self.value)
                case _:
                    return self.value
        except (ValueError, InvalidOperation):
            raise _foreign() from None


def _foreign() -> Problem:
    return Problem("invalid_cursor", "This cursor was not given by this list.")
