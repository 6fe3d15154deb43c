"""What the backbone costs: relay and consumer beside the bare client libraries, in the same run on the same machine.

`python bench/backbone.py [--events 20000]` prints a table and writes .lintel/bench/backbone.json.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from rich.console import Console
from rich.table import Table

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.cloudevent import Record, encode, kafka_headers, sequence_text
from lintel_events.log.context import Context
from lintel_events.outbox import outbox
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Toy, ToyTopic, noted_on, open_toy, running
from lintel_local.kafka import Kafka
from lintel_local.postgres import Postgres
from results import save

KEYS = 1_000
AT_ONCE = 500
"""What the bare clients send, and insert, before they wait."""
SHAPES = [(size, partitions) for size in (300, 3_000) for partitions in (1, 4)]
EFFECTS = "INSERT INTO effects SELECT * FROM unnest($1::text[], $2::bigint[])"

RELAY = "relay: outbox to Kafka"
SEND = "aiokafka: send"
SEND_BATCH = "aiokafka: send_batch"
CONSUMER = "consumer: inbox, a row and an event of each"
INSERT_MANY = "asyncpg: executemany, a row of each"
BESIDE = {RELAY: (SEND, SEND_BATCH), CONSUMER: (INSERT_MANY,)}


async def measure(toy: Toy, events: int, size: int) -> dict[str, float]:
    """Events a second of each way, once it runs; one after the other, in one event loop."""
    records = [_record(toy, number, size) for number in range(events)]
    await _fill_outbox(toy, records)
    return {
        RELAY: await _relay(toy, events),
        SEND: await _send(toy, records),
        SEND_BATCH: await _send_batch(toy, records),
        # the topic now holds the same events three times: the relay's, and two copies that have no effect
        CONSUMER: await _consume(toy, events),
        INSERT_MANY: await _insert_many(toy, events),
    }


async def _rate(progress: Callable[[], Awaitable[int]], goal: int) -> float:
    """From the first progress seen to the goal: what it takes to start is not what we ask."""
    first, began = 0, 0.0
    while (now := await progress()) < goal:
        if now and not first:
            first, began = now, perf_counter()
        await asyncio.sleep(0.01)
    return (goal - first) / (perf_counter() - began)


def _record(toy: Toy, number: int, size: int) -> Record:
    event = toy.event(note=f"note-{number % KEYS}", n=number // KEYS + 1, text="x" * size)
    sequence = sequence_text(1, event.n)
    return encode(event, source="/bench", sequence=sequence, context=Context(correlation_id="bench", channel="web"))


async def _fill_outbox(toy: Toy, records: list[Record]) -> None:
    for start in range(0, len(records), AT_ONCE):
        await toy.pool.execute(outbox.INSERT, *outbox.columns(records[start : start + AT_ONCE]))


async def _relay(toy: Toy, events: int) -> float:
    async def gone() -> int:
        return events - await toy.waiting()

    async with running(toy.relay()):
        return await _rate(gone, events)


@asynccontextmanager
async def _producer(toy: Toy) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=toy.bootstrap, enable_idempotence=True, max_batch_size=512 * 1024)
    await producer.start()
    yield producer
    await producer.stop()


async def _send(toy: Toy, records: list[Record]) -> float:
    async with _producer(toy) as producer:
        began = perf_counter()
        for start in range(0, len(records), AT_ONCE):
            sent = [await _sent(producer, record) for record in records[start : start + AT_ONCE]]
            await asyncio.gather(*sent)
        return len(records) / (perf_counter() - began)


def _sent(producer: AIOKafkaProducer, record: Record) -> Any:
    key, headers = record.key.encode(), kafka_headers(record.headers)
    return producer.send(record.topic, record.payload, key, record.partition, headers=headers)


async def _send_batch(toy: Toy, records: list[Record]) -> float:
    by_partition: dict[int, list[Record]] = {}
    for record in records:
        by_partition.setdefault(record.partition, []).append(record)
    async with _producer(toy) as producer:
        began = perf_counter()
        await asyncio.gather(
            *(_send_batches(producer, toy, partition, some) for partition, some in by_partition.items())
        )
        return len(records) / (perf_counter() - began)


async def _send_batches(producer: AIOKafkaProducer, toy: Toy, partition: int, records: list[Record]) -> None:
    for start in range(0, len(records), AT_ONCE):
        batch, waiting = producer.create_batch(), []
        for record in records[start : start + AT_ONCE]:
            fields = {"key": record.key.encode(), "value": record.payload, "headers": kafka_headers(record.headers)}
            while batch.append(timestamp=None, **fields) is None:
                batch.close()
                waiting.append(await producer.send_batch(batch, toy.topic.name, partition=partition))
                batch = producer.create_batch()
        batch.close()
        waiting.append(await producer.send_batch(batch, toy.topic.name, partition=partition))
        await asyncio.gather(*waiting)


async def _consume(toy: Toy, events: int) -> float:
    """Until every event has had its effect: one row, one event onto another topic."""
    effect = noted_on(ToyTopic(f"{toy.topic.name}.effects"))
    done = 0

    async def keep(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        nonlocal done
        notes, numbers = [delivery.event.note for delivery in deliveries], [delivery.event.n for delivery in deliveries]
        unit.write(EFFECTS, notes, numbers)
        for delivery in deliveries:
            unit.publish(
                effect(note=delivery.event.note, n=delivery.event.n), sequence=delivery.event.n, cause=delivery.context
            )
        done += len(deliveries)

    async def applied() -> int:
        return done

    async with running(toy.consumer(Handler((toy.event,), keep))):
        rate = await _rate(applied, events)
    if (found := sum(map(len, (await toy.effects()).values()))) != await toy.waiting():
        raise AssertionError(f"{found} effects, but not as many events")
    return rate


async def _insert_many(toy: Toy, count: int) -> float:
    rows = [(f"note-{number % KEYS}", number) for number in range(AT_ONCE)]
    began = perf_counter()
    for _ in range(count // AT_ONCE):
        await toy.pool.executemany("INSERT INTO effects VALUES ($1, $2)", rows)
    return count / (perf_counter() - began)


async def latency_ms(toy: Toy, seconds: float = 10.0) -> tuple[float, float]:
    """Commit to readable (read_committed) at 100 events a second: p50 and p99."""
    committed: dict[str, float] = {}
    taken: list[float] = []
    consumer = AIOKafkaConsumer(
        toy.topic.name, bootstrap_servers=toy.bootstrap, isolation_level="read_committed", fetch_max_wait_ms=100
    )
    await consumer.start()

    async def read() -> None:
        async for record in consumer:
            seen = perf_counter()
            taken.append((seen - committed.get(record.key.decode(), seen)) * 1000)

    reading = asyncio.create_task(read())
    async with running(toy.relay()):
        await asyncio.sleep(1.0)
        for number in range(int(seconds * 100)):
            tick = perf_counter()
            await toy.note(f"late-{number}")
            committed[f"late-{number}"] = perf_counter()
            await asyncio.sleep(max(0.0, 0.01 - (perf_counter() - tick)))
        await asyncio.sleep(0.5)
    reading.cancel()
    await consumer.stop()
    cuts = quantiles(taken, n=100)
    return cuts[49], cuts[98]


def show(shapes: dict[str, dict[str, float]], p50: float, p99: float) -> None:
    console = Console()
    for shape, rates in shapes.items():
        table = Table("what", "events/s", "ratio", "to", title=shape)
        for name, rate in rates.items():
            others = BESIDE.get(name, ())
            ratios = "\n".join(f"{rate / rates[other]:.2f}" for other in others)
            table.add_row(name, f"{rate:,.0f}", ratios, "\n".join(others))
        console.print(table)
    console.print(f"commit to readable at 100 events/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


async def main(events: int) -> None:
    shapes = {}
    with TemporaryDirectory(prefix="lintel-bench-") as scratch:
        postgres, kafka = Postgres(Path(scratch) / "postgres"), Kafka(Path(scratch) / "kafka")
        postgres.start()
        kafka.start()
        try:
            for size, partitions in SHAPES:
                async with _toy(postgres, kafka, f"of_{size}_on_{partitions}", partitions=partitions) as toy:
                    shape = f"{size} B, {partitions} partition{'s' if partitions > 1 else ''}"
                    shapes[shape] = await measure(toy, events, size)
            async with _toy(postgres, kafka, "latency") as toy:
                p50, p99 = await latency_ms(toy)
        finally:
            kafka.stop()
            postgres.stop()
    show(shapes, p50, p99)
    save("backbone", {"events_per_second": shapes, "commit_to_readable_ms": {"p50": p50, "p99": p99}})


@asynccontextmanager
async def _toy(postgres: Postgres, kafka: Kafka, name: str, **topic: Any) -> AsyncIterator[Toy]:
    admin = await asyncpg.connect(postgres.url())
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    toy = await open_toy(postgres.url(name), kafka.bootstrap, **topic)
    yield toy
    toy.pool.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="of each shape")
    uvloop.run(main(parser.parse_args().events))
