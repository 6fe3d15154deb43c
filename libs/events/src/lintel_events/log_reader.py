"""Reading the log from outside any consumer group: for operators, never for services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from lintel_events.aiokafka_internals import partitions_of, stop_consumer

KafkaRecord: TypeAlias = "ConsumerRecord[bytes, bytes]"


@asynccontextmanager
async def reader(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await stop_consumer(consumer)


async def read_to_end(bootstrap: str, topics: list[str], since: datetime | None = None) -> AsyncIterator[KafkaRecord]:
    """Every record up to the ends as they are now, oldest first within a partition."""
    async with reader(bootstrap) as consumer:
        partitions = await partitions_of(consumer, topics)
        if not partitions:
            return
        consumer.assign(partitions)
        await _start_at(consumer, partitions, since)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(p) < end for p, end in ends.items()]):
            polled = await consumer.getmany(timeout_ms=200)
            for partition, records in polled.items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record


async def follow(bootstrap: str, topics: list[str], since: datetime | None = None) -> AsyncIterator[KafkaRecord]:
    """Every record from `since` (None: from now) on, for ever."""
    async with reader(bootstrap) as consumer:
        partitions = await partitions_of(consumer, topics)
        if not partitions:
            raise LookupError(f"no topic {', '.join(topics)}")
        consumer.assign(partitions)
        if since is None:
            await consumer.seek_to_end(*partitions)
        else:
            await _start_at(consumer, partitions, since)
        async for record in consumer:
            yield record


async def _start_at(consumer: AIOKafkaConsumer, partitions: list[TopicPartition], since: datetime | None) -> None:
    if since is None:
        await consumer.seek_to_beginning(*partitions)
        return
    found: dict[TopicPartition, Any] = await consumer.offsets_for_times(
        dict.fromkeys(partitions, int(since.timestamp() * 1000))
    )
    for partition in partitions:
        if at := found.get(partition):
            consumer.seek(partition, at.offset)
        else:
            await consumer.seek_to_end(partition)
