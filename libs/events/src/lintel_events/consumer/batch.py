"""A poll's records on their way into the database: whole if it goes, split to find the one at fault if it does not."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from aiokafka import TopicPartition

from lintel_events.consumer.circuit_breaker import CircuitBreaker, HandlerBrokenError
from lintel_events.consumer.delivery import PolledRecord, deliver
from lintel_events.consumer.handler import Handler
from lintel_events.consumer.inbox import fence_and_receive
from lintel_events.consumer.parking import parking_key, set_aside
from lintel_events.errors import is_infrastructure
from lintel_events.failpoints import passing
from lintel_events.log.context import Context
from lintel_events.metrics import CONSUMER_DUPLICATES, CONSUMER_EVENTS
from lintel_events.outbox.unit_of_work import UnitFactory

_log = structlog.get_logger(__name__)

_TRIES = 5
_BACK_OFF_S = 0.025
"""Doubled from try to try: a record at fault holds its poll for 0.75 s."""

Piece = dict[TopicPartition, list[PolledRecord]]


class Batch:
    """What is still to be applied of one poll."""

    def __init__(
        self, consumer_group: str, handlers: Sequence[Handler], polled: Piece, breaker: CircuitBreaker
    ) -> None:
        self._group = consumer_group
        self._handlers = handlers
        self._breaker = breaker
        self._pending = [polled] if polled else []
        self._attempts = 0

    async def apply(self, units: UnitFactory, next_offsets: dict[TopicPartition, int]) -> None:
        """Apply all that is pending and move `next_offsets` along.

        Raise infrastructure errors and HandlerBrokenError; calling again goes on where this stopped. Other errors
        split the piece, by partition, then in halves; a single record is tried five times and then set aside.
        """
        while self._pending:
            piece = {p: records for p, records in self._pending[0].items() if p in next_offsets}
            try:
                await self._transaction(units, next_offsets, piece)
            except Exception as error:  # classified here
                if is_infrastructure(error):
                    raise
                if len(pieces := list(_split(piece))) > 1:
                    self._pending[:1] = pieces
                    continue
                await self._failed(piece, error)
                continue
            self._attempts = 0
            del self._pending[0]

    async def _failed(self, piece: Piece, error: Exception) -> None:
        """Count a failed try of a single record; after the last one it goes on as one that has an error."""
        [(partition, [polled])] = piece.items()
        if polled.event is None:  # no handler saw it: setting it aside is what failed
            raise error
        self._attempts += 1
        _log.warning(
            "record failed",
            topic=partition.topic,
            key=parking_key(polled.record),
            offset=polled.record.offset,
            error=repr(error),
            attempts=self._attempts,
            consumer_group=self._group,
        )
        if self._attempts < _TRIES:
            await asyncio.sleep(_BACK_OFF_S * 2**self._attempts)
            return
        try:
            self._breaker.give_up(polled.event.type, polled.record.key)
        except HandlerBrokenError as broken:
            raise broken from error
        given_up = replace(polled, envelope=None, event=None, error=error, attempts=self._attempts)
        self._pending[0] = {partition: [given_up]}

    async def _transaction(self, units: UnitFactory, next_offsets: dict[TopicPartition, int], piece: Piece) -> None:
        """Fence, receive, handle, publish, commit: all of the piece or nothing."""
        if not piece:
            return
        moves = {p: (next_offsets[p], records[-1].record.offset + 1) for p, records in piece.items()}
        events = [(p, polled.envelope.event_id) for p, polled in _each(piece) if polled.envelope]
        async with units(Context.unprompted()) as unit:
            await unit.begin()
            fenced, fresh, keys_are_parked = await fence_and_receive(unit, self._group, moves, events)
            passed = {p: records for p, records in piece.items() if f"{p.topic}/{p.partition}" in fenced}
            arrived = _arrived(passed, fresh)
            new = await set_aside(unit, self._group, arrived, keys_are_parked=keys_are_parked)
            await deliver(self._group, unit, self._handlers, new)
            passing("consumer.before_commit")
        passing("consumer.before_offset_commit")
        self._breaker.applied(polled.event.type for polled in new if polled.event)
        CONSUMER_EVENTS.labels(self._group).inc(len(new))
        CONSUMER_DUPLICATES.labels(self._group).inc(len(events) - len(fresh))
        for partition, (_, following) in moves.items():
            if partition in passed:
                next_offsets[partition] = following
            else:
                _log.warning("lost a race for a partition", partition=str(partition), consumer_group=self._group)
                next_offsets.pop(partition, None)


def _arrived(piece: Piece, fresh: set[UUID]) -> list[PolledRecord]:
    """The events new to the inbox, each once, and the records with an error, in the order of partitions and offsets."""
    left = set(fresh)
    found = []
    for _, polled in _each(piece):
        if polled.envelope and polled.envelope.event_id in left:
            left.remove(polled.envelope.event_id)
            found.append(polled)
        elif polled.error:
            found.append(polled)
    return found


def _each(piece: Piece) -> Iterator[tuple[TopicPartition, PolledRecord]]:
    return ((partition, polled) for partition, records in piece.items() for polled in records)


def _split(piece: Piece) -> Iterator[Piece]:
    if len(piece) > 1:
        for partition, records in piece.items():
            yield {partition: records}
        return
    for partition, records in piece.items():
        half = (len(records) + 1) // 2
        yield {partition: records[:half]}
        if records[half:]:
            yield {partition: records[half:]}
