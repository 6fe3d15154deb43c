"""Bulk routes: `POST .../batch` with up to 500 items, each with an outcome of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from lintel_chassis.problems import Problems, pointer
from lintel_contracts.errors import DomainError

T = TypeVar("T")

_MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is not valid; the others are applied without it."""

    id: str | None
    problem: dict[str, Any]


def _keep_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        identity = value.get("id") if isinstance(value, dict) else None
        return Unreadable(identity if isinstance(identity, str) else None, _problem(error))


def _problem(error: ValidationError) -> dict[str, Any]:
    errors = [{"pointer": pointer(fault["loc"]), "detail": fault["msg"]} for fault in error.errors(include_input=False)]
    title = "Invalid request"
    return {"type": "/problems/invalid_request", "title": title, "status": 422, "errors": errors}


class BulkInput(BaseModel, Generic[T]):
    """`BulkInput[Sale]`: the items are Sales or Unreadable, in the order in which they came."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[Annotated[T, WrapValidator(_keep_unreadable)]], Field(min_length=1, max_length=_MAX_ITEMS)]

    def readable(self) -> list[T]:
        return [item for item in self.items if not isinstance(item, Unreadable)]


class BulkOutcome(BaseModel):
    index: int
    id: str | None
    status: str
    problem: dict[str, Any] | None = None


class BulkOutcomes(BaseModel):
    items: list[BulkOutcome]


def outcomes(
    body: BulkInput[T], results: Iterable[tuple[str | None, str | DomainError]], problems: Problems
) -> BulkOutcomes:
    """`results` gives (id, status or refusal) of each readable item, in their order."""
    coming = iter(results)
    found = []
    for index, item in enumerate(body.items):
        if isinstance(item, Unreadable):
            found.append(BulkOutcome(index=index, id=item.id, status="rejected", problem=item.problem))
            continue
        identity, result = next(coming)
        if isinstance(result, DomainError):
            problem = problems.body(result)
            found.append(BulkOutcome(index=index, id=identity, status="rejected", problem=problem))
        else:
            found.append(BulkOutcome(index=index, id=identity, status=result))
    return BulkOutcomes(items=found)
