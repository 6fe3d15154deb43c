"""What a handler gets, and how a service says which handler wants which events."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.outbox.unit_of_work import UnitOfWork

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Delivery(Generic[E_co]):
    """One new event, seen for the first time by this consumer group."""

    event: E_co
    sequence: str
    time: datetime
    context: Context
    """The event as the cause of what the handler publishes: pass it to `UnitOfWork.publish`."""


@dataclass(frozen=True, slots=True)
class Handler:
    """Applies batches of events of these types, in offset order per key, within the unit it is given.

    The unit is one transaction for the whole poll: what a handler writes and publishes commits with the offsets.
    """

    types: tuple[type[Event], ...]
    apply: Callable[[UnitOfWork, Sequence[Delivery[Any]]], Awaitable[None]]
    may_publish: bool = True

    @property
    def topics(self) -> str:
        """Where its events come from, as metrics and spans name it."""
        return " ".join(sorted({model.topic.name for model in self.types}))
