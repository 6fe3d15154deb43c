"""What a handler gets, and how a service says which handler wants which events."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from aiokafka import ConsumerRecord

from lintel_events.codec import Envelope, MalformedRecordError, decode
from lintel_events.context import Context
from lintel_events.event import Event
from lintel_events.tracing import observed
from lintel_events.unit import Unit

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Delivery(Generic[E_co]):
    """One new event, seen for the first time by this consumer group."""

    event: E_co
    sequence: str
    time: datetime
    context: Context
    """The event as the cause of what the handler publishes: pass it to `Unit.publish`."""


@dataclass(frozen=True, slots=True)
class Handler:
    """Applies batches of events of these types, in offset order per key, within the unit it is given.

    The unit is one transaction for the whole poll: what a handler writes and publishes commits with the offsets.
    """

    types: tuple[type[Event], ...]
    apply: Callable[[Unit, Sequence[Delivery[Any]]], Awaitable[None]]
    may_publish: bool = True

    @property
    def topics(self) -> str:
        """Where its events come from, as metrics and spans name it."""
        return " ".join(sorted({model.topic.name for model in self.types}))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as polled, decoded as far as its handlers know its type."""

    record: "ConsumerRecord[bytes, bytes]"
    envelope: Envelope | None = None
    """None for a type nobody here handles, and for a record that is malformed."""
    event: Event | None = None
    error: Exception | None = None
    """Why it cannot be applied: it is malformed, or was tried and given up."""
    attempts: int = 1

    @property
    def concerns_us(self) -> bool:
        """False for a type nobody here handles."""
        return self.envelope is not None or self.error is not None


def read(record: "ConsumerRecord[bytes, bytes]", types: Mapping[str, type[Event]]) -> Incoming:
    """Decode what is handled here; skip unknown types (they are younger than this reader)."""
    try:
        envelope = decode(record.value, record.headers)
        model = types.get(envelope.type)
        if model is None:
            return Incoming(record)
        return Incoming(record, envelope, model.model_validate(envelope.data))
    except MalformedRecordError as error:
        return Incoming(record, error=error)
    except Exception as error:  # noqa: BLE001 - whatever a validator raised, no record may end the consumer
        return Incoming(record, error=MalformedRecordError(f"{type(error).__name__}: {error}"))


async def deliver(consumer_group: str, unit: Unit, handlers: Iterable[Handler], new: Iterable[Incoming]) -> None:
    """Let each handler apply its events of these, in their order."""
    decoded = [(one.event, one.envelope) for one in new if one.event is not None and one.envelope is not None]
    for handler in handlers:
        deliveries = [
            Delivery(event, envelope.sequence, envelope.time, envelope.context)
            for event, envelope in decoded
            if isinstance(event, handler.types)
        ]
        if deliveries:
            unit.may_publish = handler.may_publish
            with observed(consumer_group, handler, deliveries) as traced:
                await handler.apply(unit, traced)
                await unit.flush()
    unit.may_publish = True
