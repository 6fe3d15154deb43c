"""Bulk routes: `POST .../batch` with up to 500 items, each with an outcome of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from lintel_chassis.problems import pointer

T = TypeVar("T")

_MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is not valid; the others are not its business."""

    id: str | None
    problem: dict[str, Any]


def _keep_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        identity = value.get("id") if isinstance(value, dict) else None
        return Unreadable(identity if isinstance(identity, str) else None, _problem(error))


def _problem(error: ValidationError) -> dict[str, Any]:
    errors = [{"pointer": pointer(one["loc"]), "detail": one["msg"]} for one in error.errors(include_input=False)]
    title = "Invalid request"
    return {"type": "/problems/invalid_request", "title": title, "status": 422, "errors": errors}


class Batch(BaseModel, Generic[T]):
    """`Batch[Sale]`: the items are Sales or Unreadable, in the order in which they came."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[Annotated[T, WrapValidator(_keep_unreadable)]], Field(min_length=1, max_length=_MAX_ITEMS)]


class Outcome(BaseModel):
    index: int
    id: str | None
    status: str
    problem: dict[str, Any] | None = None


class Outcomes(BaseModel):
    items: list[Outcome]


def outcomes(
    batch: Batch[T], outcome: Callable[[T], tuple[str | None, str]], *, unreadable: str = "rejected"
) -> Outcomes:
    """One outcome an item; `outcome` gives (id, status) of those that could be read."""
    found = []
    for index, item in enumerate(batch.items):
        if isinstance(item, Unreadable):
            found.append(Outcome(index=index, id=item.id, status=unreadable, problem=item.problem))
        else:
            identity, status = outcome(item)
            found.append(Outcome(index=index, id=identity, status=status))
    return Outcomes(items=found)
