"""Lists: an opaque cursor that stays right while rows are inserted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """The values of the last row of the page before, as JSON has them; None for the first page."""

    def last(self, count: int) -> list[str]:
        """So many values of the last row, as text. Raise Problem for another list's cursor."""
        if self.after is None or len(self.after) != count:
            raise _foreign()
        return [str(value) for value in self.after]

    def page(self, rows: Sequence[Row], cursor: Callable[[Row], Sequence[Any]], item: Callable[[Row], T]) -> Page[T]:
        """`cursor` gives a row's sort values, ending with a unique one."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(items=[item(row) for row in shown], next_cursor=encode_cursor(cursor(shown[-1])) if more else None)


def encode_cursor(values: Sequence[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


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
