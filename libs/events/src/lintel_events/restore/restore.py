"""After a restore from a backup: a service takes up what the log has of its past and its tables have not.

Sequences go on under a new epoch; rows that are older than their last event are brought up to it; what the backup's
outbox still holds and the log has already is not sent again. Others' events need nothing: the offsets came with the
backup, so they are read again from there, and what was applied already changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from lintel_events.consumer.delivery import read
from lintel_events.consumer.handler import Delivery
from lintel_events.database import Pool, connect, create_pool
from lintel_events.log.cloudevent import Envelope
from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.log.reader import read_to_end
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.relay import LEADER_LOCK
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_TRANSACTION = 2_000
"""Events of whole groups that one transaction takes up; more if a group has more."""

_TRY_LEAD = "SELECT pg_try_advisory_lock($1)"
_RAISE_EPOCH = "UPDATE backbone SET epoch = $1"
_WAITING = "SELECT event_id FROM outbox"
_FORGET = "DELETE FROM outbox WHERE event_id = ANY($1::uuid[])"

History = Sequence[Delivery[Any]]


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a service declares: the events that make up its past, and how its tables take them up.

    `apply` gets all events of some groups, each once, a topic's in the order of each key, and counts what it did. What
    is as new as its last event it leaves alone, so that it can be run again.
    """

    types: tuple[type[Event], ...]
    apply: Callable[[UnitOfWork, History], Awaitable[Mapping[str, int]]]
    unknown: Mapping[str, str]
    """What no event holds: a word for each part that cannot be taken up whole, and what of it is gone."""
    group: Callable[[Any], str] = attrgetter("key")
    """Which events are taken up together: those of one key, or of one store."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    epoch: int
    read: int
    not_sent_again: int
    """Events in the backup's outbox that the log had already."""
    done: Mapping[str, int]


@dataclass(slots=True)
class _LoggedEvents:
    """The past of the service that publishes as `source`, as the log has it."""

    source: str
    groups: dict[str, list[Delivery[Any]]] = field(default_factory=lambda: defaultdict(list))
    seen: set[UUID] = field(default_factory=set)
    epoch: int = 0
    """The newest that the service has published under."""

    def take(self, group: str, envelope: Envelope, delivery: Delivery[Any]) -> None:
        if envelope.event_id in self.seen:
            return
        self.seen.add(envelope.event_id)
        self.groups[group].append(delivery)
        if envelope.attributes.get("source") == self.source:
            self.epoch = max(self.epoch, int(envelope.sequence.partition("-")[0]))

    def transactions(self) -> Iterator[list[Delivery[Any]]]:
        history: list[Delivery[Any]] = []
        for group in sorted(self.groups):
            history += self.groups[group]
            if len(history) >= _TRANSACTION:
                yield history
                history = []
        if history:
            yield history


def number_of(delivery: Delivery[Any]) -> int:
    """The event's count on its subject, whatever the epoch."""
    return int(delivery.sequence.partition("-")[2])


async def restore(
    restoration: Restoration,
    *,
    dsn: str,
    bootstrap: str,
    source: str,
    since: datetime | None = None,
    dry_run: bool = False,
) -> RestoreReport:
    """Bring the restored database of the stopped service up to the log.

    `since` spares reading what is surely older than the backup. Raise RuntimeError while a process of the service works
    on the database. `dry_run` does all of it and keeps nothing.
    """
    leading = await connect(dsn, application_name="lintel-restore")
    try:
        if not await leading.fetchval(_TRY_LEAD, LEADER_LOCK):
            raise RuntimeError(f"a process of {source} is running: stop the service first")
        logged = await _read(restoration, bootstrap, source, since)
        async with create_pool(dsn, max_size=2) as pool:
            return await _take_up(restoration, logged, pool, dry_run=dry_run)
    finally:
        leading.terminate()


async def _read(restoration: Restoration, bootstrap: str, source: str, since: datetime | None) -> _LoggedEvents:
    logged, types = _LoggedEvents(source), {model.type: model for model in restoration.types}
    async for record in read_to_end(bootstrap, sorted({model.topic.name for model in types.values()}), since):
        polled = read(record, types)
        if polled.envelope and (delivery := polled.delivery):
            logged.take(restoration.group(delivery.event), polled.envelope, delivery)
    return logged


async def _take_up(restoration: Restoration, logged: _LoggedEvents, pool: Pool, *, dry_run: bool) -> RestoreReport:
    epoch = 1 + max(logged.epoch, await pool.fetchval("SELECT epoch FROM backbone"))
    sent = [row["event_id"] for row in await pool.fetch(_WAITING) if row["event_id"] in logged.seen]
    if not dry_run:
        await pool.execute(_RAISE_EPOCH, epoch)
        await pool.execute(_FORGET, sent)
    units, done = UnitFactory(pool, Outbox(logged.source, epoch, Signal())), Counter[str]()
    for history in logged.transactions():
        async with units(Context.unprompted()) as unit:
            await unit.begin()
            done.update(await restoration.apply(unit, history))
            await unit.flush()
            if dry_run:
                await unit.rollback()
    return RestoreReport(epoch, len(logged.seen), len(sent), dict(done))
