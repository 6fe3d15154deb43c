"""A poll's records on their way into the database: whole if it goes, split to find the one at fault if it does not."""

import asyncio
from collections.abc import Iterator, Sequence
from uuid import UUID

import structlog
import uuid_utils
from aiokafka import TopicPartition

from lintel_events.context import Context
from lintel_events.dead_letters import dead_letter
from lintel_events.delivery import Delivery, Handler, Incoming
from lintel_events.event import Event
from lintel_events.failures import is_infrastructure
from lintel_events.inbox import fence_and_receive
from lintel_events.metrics import CONSUMER_DEAD, CONSUMER_DUPLICATES, CONSUMER_EVENTS
from lintel_events.unit import Unit, UnitFactory

_log = structlog.get_logger(__name__)

_TRIES = 5
_BACK_OFF_S = 0.1

Piece = dict[TopicPartition, list[Incoming]]


class Batch:
    """What is still to be applied of one poll."""

    def __init__(self, consumer_group: str, handlers: Sequence[Handler], polled: Piece) -> None:
        self._group = consumer_group
        self._handlers = handlers
        self._pending = [polled] if polled else []
        self._attempts = 0

    async def apply(self, units: UnitFactory, next_offsets: dict[TopicPartition, int]) -> None:
        """Apply all that is pending and move `next_offsets` along.

        Raise infrastructure errors; calling again goes on where this stopped. Other errors split the piece, by
        partition, then in halves; a single record is tried five times and then becomes a dead letter.
        """
        while self._pending:
            piece = {p: incoming for p, incoming in self._pending[0].items() if p in next_offsets}
            try:
                await self._transaction(units, next_offsets, piece)
            except Exception as error:  # classified here
                if is_infrastructure(error):
                    raise
                if len(pieces := list(_split(piece))) > 1:
                    self._pending[:1] = pieces
                    continue
                if not await self._give_up(units, next_offsets, piece, error):
                    continue
            self._attempts = 0
            del self._pending[0]

    async def _give_up(
        self, units: UnitFactory, next_offsets: dict[TopicPartition, int], piece: Piece, error: Exception
    ) -> bool:
        """Count a failed try of a single record; after the last one send it to dead letters and return True."""
        self._attempts += 1
        _log.warning("record failed", error=repr(error), attempts=self._attempts, consumer_group=self._group)
        if self._attempts < _TRIES:
            await asyncio.sleep(_BACK_OFF_S * 2**self._attempts)
            return False
        await self._transaction(units, next_offsets, piece, error)
        return True

    async def _transaction(
        self,
        units: UnitFactory,
        next_offsets: dict[TopicPartition, int],
        piece: Piece,
        given_up: Exception | None = None,
    ) -> None:
        """Fence, receive, handle, publish, commit: all of the piece or nothing.

        A record given up is not taken into the inbox, so that its replay will be new.
        """
        if not piece:
            return
        moves = {p: (next_offsets[p], incoming[-1].record.offset + 1) for p, incoming in piece.items()}
        events = [] if given_up else [(p, one.envelope.event_id) for p, one in _each(piece) if one.envelope]
        async with units(Context(correlation_id=str(uuid_utils.uuid7()))) as unit:
            await unit.begin()
            fenced, fresh = await fence_and_receive(unit, self._group, moves, events)
            passed = {p: incoming for p, incoming in piece.items() if f"{p.topic}/{p.partition}" in fenced}
            await self._handle(unit, _first_seen(passed, fresh))
            for _, one in _each(passed):
                if error := one.error or given_up:
                    unit.append(dead_letter(self._group, one.record, error, self._attempts or 1))
                    CONSUMER_DEAD.labels(self._group).inc()
        CONSUMER_EVENTS.labels(self._group).inc(len(fresh))
        CONSUMER_DUPLICATES.labels(self._group).inc(len(events) - len(fresh))
        for partition, (_, following) in moves.items():
            if partition in passed:
                next_offsets[partition] = following
            else:
                _log.warning("lost a race for a partition", partition=str(partition), consumer_group=self._group)
                next_offsets.pop(partition, None)

    async def _handle(self, unit: Unit, new: list[Incoming]) -> None:
        for handler in self._handlers:
            deliveries = [_delivery(one) for one in new if isinstance(one.event, handler.types)]
            if deliveries:
                unit.may_publish = handler.may_publish
                await handler.apply(unit, deliveries)
                await unit.flush()
        unit.may_publish = True


def _first_seen(piece: Piece, fresh: set[UUID]) -> list[Incoming]:
    """The events new to the inbox, each once, in the order of their partitions and offsets."""
    left = set(fresh)
    found = []
    for _, one in _each(piece):
        if one.envelope and one.envelope.event_id in left:
            left.remove(one.envelope.event_id)
            found.append(one)
    return found


def _delivery(one: Incoming) -> Delivery[Event]:
    if one.envelope is None or one.event is None:
        raise RuntimeError("only decoded events are delivered")
    return Delivery(one.event, one.envelope.sequence, one.envelope.time, one.envelope.context)


def _each(piece: Piece) -> Iterator[tuple[TopicPartition, Incoming]]:
    return ((partition, one) for partition, incoming in piece.items() for one in incoming)


def _split(piece: Piece) -> Iterator[Piece]:
    if len(piece) > 1:
        for partition, incoming in piece.items():
            yield {partition: incoming}
        return
    for partition, incoming in piece.items():
        half = (len(incoming) + 1) // 2
        yield {partition: incoming[:half]}
        if incoming[half:]:
            yield {partition: incoming[half:]}
