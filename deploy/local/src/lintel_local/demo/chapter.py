"""What a service brings to the demo."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lintel_local.demo.client import FrontDoor
from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.fixtures.context import Context
from lintel_local.demo.progress import Report
from lintel_local.errors import LocalError

Scenario = Callable[[Context], Awaitable[None]]


async def _nothing_to_load(_front: FrontDoor, _data: Dataset, _report: Report) -> None:
    """For a service that is given nothing beforehand."""


def _nothing_to_wait_for(_front: FrontDoor, _data: Dataset) -> Sequence[Awaitable[None]]:
    """For a service that keeps no copies of others' data."""
    return ()


@dataclass(frozen=True, slots=True)
class Chapter:
    load: Callable[[FrontDoor, Dataset, Report], Awaitable[None]] = _nothing_to_load
    when_loaded: Callable[[FrontDoor, Dataset], Sequence[Awaitable[None]]] = _nothing_to_wait_for
    """What to await until the service has its copies of what the others loaded."""
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    """By title, in order. Each raises LocalError when it does not end as it should."""


def expect(holds: object, what: str) -> None:
    """Raise LocalError, which names what should have been, unless it holds."""
    if not holds:
        raise LocalError(f"a scenario went wrong: {what}")
