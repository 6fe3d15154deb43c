"""Records as polled, decoded as far as somebody here handles them, and handed to their handlers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiokafka import ConsumerRecord

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.consumer.tracing import observed
from lintel_events.log.cloudevent import Envelope, MalformedRecordError, decode
from lintel_events.log.contract import Event
from lintel_events.outbox.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PolledRecord:
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

    @property
    def delivery(self) -> Delivery[Event] | None:
        """As a handler gets it; None when there is nothing to apply."""
        if self.event is None or self.envelope is None:
            return None
        return Delivery(self.event, self.envelope.sequence, self.envelope.time, self.envelope.context)


def read(record: "ConsumerRecord[bytes, bytes]", types: Mapping[str, type[Event]]) -> PolledRecord:
    """Decode what is handled here; skip unknown types (they are younger than this reader)."""
    try:
        envelope = decode(record.value, record.headers)
        model = types.get(envelope.type)
        if model is None:
            return PolledRecord(record)
        return PolledRecord(record, envelope, model.model_validate(envelope.data))
    except MalformedRecordError as error:
        return PolledRecord(record, error=error)
    except Exception as error:  # noqa: BLE001 - whatever a validator raised, no record may end the consumer
        return PolledRecord(record, error=MalformedRecordError(f"{type(error).__name__}: {error}"))


async def deliver(
    consumer_group: str, unit: UnitOfWork, handlers: Iterable[Handler], new: Iterable[PolledRecord]
) -> None:
    """Let each handler apply its events of these, in their order."""
    readable = [delivery for polled in new if (delivery := polled.delivery)]
    for handler in handlers:
        if deliveries := [delivery for delivery in readable if isinstance(delivery.event, handler.types)]:
            unit.may_publish = handler.may_publish
            with observed(consumer_group, handler, deliveries) as traced:
                await handler.apply(unit, traced)
                await unit.flush()
    unit.may_publish = True
