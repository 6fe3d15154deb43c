"""What became of each item of a batch."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from lintel_catalog.commands.products import Done
from lintel_catalog.problems import PROBLEMS
from lintel_chassis.http.batch import Batch, Outcome, Outcomes, Unreadable
from lintel_contracts.errors import DomainError

T = TypeVar("T")

_TITLES = {problem.slug: problem for problem in PROBLEMS}


def readable(batch: Batch[T]) -> list[T]:
    return [item for item in batch.items if not isinstance(item, Unreadable)]


def outcomes_of(batch: Batch[T], done: Sequence[Done | DomainError], identity: Callable[[T], str]) -> Outcomes:
    """`done` is told of the readable items, in their order."""
    told = iter(done)
    items = []
    for index, item in enumerate(batch.items):
        if isinstance(item, Unreadable):
            items.append(Outcome(index=index, id=item.id, status="rejected", problem=item.problem))
        else:
            items.append(_outcome(index, identity(item), next(told)))
    return Outcomes(items=items)


def _outcome(index: int, identity: str, done: Done | DomainError) -> Outcome:
    if isinstance(done, Done):
        return Outcome(index=index, id=identity, status=done)
    known = _TITLES[done.slug]
    problem = {
        "type": f"/problems/{done.slug}",
        "title": known.title,
        "status": known.status,
        "detail": done.detail,
        **({"errors": [{"pointer": done.pointer, "detail": done.detail}]} if done.pointer else {}),
    }
    return Outcome(index=index, id=identity, status="rejected", problem=problem)
