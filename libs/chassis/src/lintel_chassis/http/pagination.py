"""Lists: an opaque cursor that stays right while rows are inserted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel

from lintel_chassis.problems import Problem

T = TypeVar("T")
Row = TypeVar("Row")

_DEFAULT_LIMIT = 50
_MAX_LIMIT = 200


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """`?limit=&cursor=`. Fetch `limit + 1` rows after `after`, in the order of the cursor's values."""

    limit: int
    after: list[Any] | None
    """The values of the last row of the page before, as the cursor has them; None for the first page."""

    def start(self, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
        """The values of the last row of the page before, read by these; None for the first page.

        `str` reads text, `moment` a moment, `Decimal` an amount. Raise Problem for another list's cursor.
        """
        if self.after is None:
            return None
        if len(self.after) != len(kinds) or not all(map(_is_text, self.after)):
            raise _foreign()
        try:
            return tuple(kind(value) for kind, value in zip(kinds, self.after, strict=True))
        except (ValueError, ArithmeticError):
            raise _foreign() from None

    def page(self, rows: Sequence[Row], cursor: Callable[[Row], Sequence[Any]], item: Callable[[Row], T]) -> Page[T]:
        """`cursor` gives a row's sort values, ending with a unique one."""
        return Page(items=[item(row) for row in rows[: self.limit]], next_cursor=self.next_cursor(rows, cursor))

    def next_cursor(self, rows: Sequence[Row], cursor: Callable[[Row], Sequence[Any]]) -> str | None:
        """Where the page after this one starts; None when there is none."""
        return encode_cursor(cursor(rows[self.limit - 1])) if len(rows) > self.limit else None


def _is_text(value: Any) -> bool:
    """Text that PostgreSQL can hold, which has no NUL."""
    return isinstance(value, str) and "\0" not in value


def moment(text: str) -> datetime:
    """In UTC. Raise ValueError for what is none or has no zone, OverflowError beyond the calendar."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return found.astimezone(UTC)


def encode_cursor(values: Sequence[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps([_text(value) for value in values])).decode().rstrip("=")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def decode_cursor(cursor: str) -> list[Any]:
    """Raise Problem for what is no cursor of ours."""
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list):
        raise _foreign()
    return values


def _foreign() -> Problem:
    return Problem("invalid_cursor", "This cursor was not given by this list.")


async def _paging(
    limit: Annotated[int, Query(ge=1, le=_MAX_LIMIT)] = _DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> Paging:
    return Paging(limit, decode_cursor(cursor) if cursor else None)


PagingDep = Annotated[Paging, Depends(_paging)]
