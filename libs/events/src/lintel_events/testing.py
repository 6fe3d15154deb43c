"""A toy service of notes, on which the backbone is tried and measured (with real PostgreSQL and Kafka)."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import asyncpg
import orjson
from confluent_kafka import Consumer as IndependentReader
from confluent_kafka import Message, Producer, TopicPartition
from pydantic import BaseModel

from lintel_events.consumer.consumer import Consumer
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.database import Pool, create_pool
from lintel_events.log.context import Context
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.topics import apply_topics
from lintel_events.migrations import create_backbone, create_parking
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.relay import Relay
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

STOPS_WITHIN_S = 3.0

TABLES = (
    "CREATE TABLE notes (note text PRIMARY KEY, sequence bigint NOT NULL)",
    "CREATE TABLE effects (note text NOT NULL, n bigint NOT NULL)",  # no key: an effect applied twice shows
)


@dataclass(frozen=True)
class ToyTopic:
    name: str
    kind: str = "facts"
    partitions: int = 4
    retention_days: int | None = 7


class Noted(BaseModel):
    """The n-th thing noted under a note."""

    type: ClassVar[str] = "toy.Noted.v1"
    topic: ClassVar[Any]

    note: str
    n: int
    text: str = ""

    @property
    def key(self) -> str:
        return self.note


def noted_on(its_topic: ToyTopic) -> type[Noted]:
    class NotedHere(Noted):
        topic: ClassVar[Any] = its_topic

    return NotedHere


class Runs(Protocol):
    state: str

    async def run(self, stopping: asyncio.Event) -> None: ...


@dataclass
class Toy:
    """One service: its database, its topic, and what it takes to publish and to consume."""

    bootstrap: str
    dsn: str
    pool: Pool
    units: UnitFactory
    committed: Signal
    topic: ToyTopic
    event: type[Noted]
    name: str
    group: str = field(default_factory=lambda: f"group-{uuid4().hex[:8]}")

    def unit(self) -> UnitOfWork:
        return self.units(Context(correlation_id="test"))

    async def note(self, note: str, text: str = "") -> int:
        """One business transaction: lock or insert the note's row, raise its sequence, publish."""
        async with self.unit() as unit:
            return await self.note_in(unit, note, text)

    async def note_in(self, unit: UnitOfWork, note: str, text: str = "") -> int:
        await unit.begin()
        n = int(
            await unit.fetchval(
                "INSERT INTO notes VALUES ($1, 1) ON CONFLICT (note) DO UPDATE SET sequence = notes.sequence + 1 "
                "RETURNING sequence",
                note,
            )
        )
        unit.publish(self.event(note=note, n=n, text=text), sequence=n)
        return n

    def relay(self) -> Relay:
        return Relay(dsn=self.dsn, bootstrap=self.bootstrap, service=self.name, committed=self.committed)

    def consumer(self, *handlers: Handler) -> Consumer:
        return Consumer(
            bootstrap=self.bootstrap, consumer_group=self.group, units=self.units, handlers=handlers or (self.keeper(),)
        )

    def keeper(self, refuse: Callable[[Noted], None] = lambda _: None) -> Handler:
        """A handler that keeps an effect of each event; `refuse` may raise."""

        async def keep(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
            for delivery in deliveries:
                refuse(delivery.event)
            unit.write(
                "INSERT INTO effects SELECT * FROM unnest($1::text[], $2::bigint[])",
                [delivery.event.note for delivery in deliveries],
                [delivery.event.n for delivery in deliveries],
            )

        return Handler((self.event,), keep)

    async def effects(self) -> dict[str, list[int]]:
        """What was applied: the n of each note, sorted."""
        found = defaultdict(list)
        for row in await self.pool.fetch("SELECT note, n FROM effects ORDER BY note, n"):
            found[row["note"]].append(row["n"])
        return dict(found)

    async def waiting(self) -> int:
        return int(await self.pool.fetchval("SELECT count(*) FROM outbox"))

    def log(self, topic: str | None = None) -> list[Message]:
        """The committed records of a topic, read with a client that is not ours."""
        with _independent(self.bootstrap) as reader:
            name = topic or self.topic.name
            parts = [TopicPartition(name, p, 0) for p in reader.list_topics(name, timeout=10).topics[name].partitions]
            reader.assign(parts)
            ends = {p.partition: reader.get_watermark_offsets(p, timeout=10)[1] for p in parts}
            found = []
            while any(reader.position([p])[0].offset < ends[p.partition] for p in parts if ends[p.partition]):
                found += [m for m in reader.consume(1000, timeout=0.05) if m.error() is None]
            return found

    def ends(self) -> dict[int, int]:
        """The end of each partition: the offset its next record will have."""
        with _independent(self.bootstrap) as reader:
            name = self.topic.name
            numbers = reader.list_topics(name, timeout=10).topics[name].partitions
            return {
                number: reader.get_watermark_offsets(TopicPartition(name, number), timeout=10)[1] for number in numbers
            }

    def logged(self) -> dict[str, list[int]]:
        """The n of each note, in the order of the log."""
        found = defaultdict(list)
        for message in self.log():
            found[(message.key() or b"").decode()].append(orjson.loads(message.value() or b"")["data"]["n"])
        return dict(found)

    def append(self, value: bytes | None, key: bytes | None = b"k", headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """A record of somebody else's, past the outbox, onto partition 0."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        producer.produce(self.topic.name, value=value, key=key, headers=list(headers), partition=0)
        producer.flush(10)


@contextmanager
def _independent(bootstrap: str) -> Iterator[IndependentReader]:
    reader = IndependentReader(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "independent",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
        }
    )
    try:
        yield reader
    finally:
        reader.close()


@asynccontextmanager
async def running(*parts: Runs) -> AsyncIterator[None]:
    """Run them; afterwards each must stop within its deadline, whatever is broken then."""
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(part.run(stopping)) for part in parts]
    try:
        yield
    finally:
        stopping.set()
        _, late = await asyncio.wait(tasks, timeout=STOPS_WITHIN_S)
        for task in late:
            task.cancel()
        if late:
            raise AssertionError(f"still running {STOPS_WITHIN_S} s after being told to stop: {late}")
        for task in tasks:
            task.result()


async def until(condition: Callable[[], Awaitable[Any]], within: float = 20.0) -> None:
    """Return as soon as the condition holds; AssertionError when it does not in time."""
    deadline = monotonic() + within
    while not await condition():
        if monotonic() > deadline:
            raise AssertionError(f"not within {within} s")
        await asyncio.sleep(0.02)


async def open_toy(dsn: str, bootstrap: str, beside: "Toy | None" = None, **topic_settings: Any) -> "Toy":
    """A toy on an empty database; `beside` another one means on that one's topic. Terminate its `pool` at the end."""
    await make_tables(dsn)
    name = f"toy-{uuid4().hex[:8]}"
    topic = beside.topic if beside else replace(ToyTopic(f"{name}.notes"), **topic_settings)
    pool = create_pool(dsn, max_size=16)
    await pool
    committed = Signal()
    units = UnitFactory(pool, await Outbox.open(pool, f"/{name}", committed))
    toy = Toy(bootstrap, dsn, pool, units, committed, topic, noted_on(topic), name)
    await apply_topics(bootstrap, [topic, DeadLetterTopic(toy.group)])
    return toy


async def make_tables(dsn: str) -> None:
    """What a toy keeps in its database, backbone included."""
    connection = await asyncpg.connect(dsn)
    statements: list[str] = []
    for step in (create_backbone, create_parking):
        step(_Collecting(statements))
    for statement in (*statements, *TABLES):
        await connection.execute(statement)
    await connection.close()


@dataclass
class _Collecting:
    statements: list[str]

    def execute(self, sqltext: str) -> None:
        self.statements.append(sqltext)
