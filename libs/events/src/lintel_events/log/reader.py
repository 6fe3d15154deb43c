"""Reading the log from outside any consumer group: for operators, never for services."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from lintel_events.aiokafka_internals import partitions_of, stop_consumer
from lintel_events.log.partitioner import partition_for

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


async def read_to_end(
    bootstrap: str, topics: list[str], since: datetime | None = None, key: str | None = None
) -> AsyncIterator[KafkaRecord]:
    """Every record up to the ends as they are now, oldest first within a partition.

    With `key`, of the partitions that this key belongs to: other keys' records come along.
    """
    async with reader(bootstrap) as consumer:
        partitions = await partitions_of(consumer, topics)
        if key is not None:
            partitions = _of_key(partitions, key)
        if not partitions:
            return
        consumer.assign(partitions)
        await _start_at(consumer, partitions, since)
        ends = await consumer.end_offsets(partitions)
        async for records in polls_to(consumer, ends):
            for record in records:
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    yield record


async def polls_to(consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> AsyncIterator[list[KafkaRecord]]:
    """Go on reading until each partition is read up to its offset, or further: a list a poll."""
    while any([await consumer.position(p) < offset for p, offset in offsets.items()]):
        polled = await consumer.getmany(timeout_ms=200)
        yield [record for records in polled.values() for record in records]


def _of_key(partitions: list[TopicPartition], key: str) -> list[TopicPartition]:
    counts = Counter(partition.topic for partition in partitions)
    return [p for p in partitions if p.partition == partition_for(key, counts[p.topic])]


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
