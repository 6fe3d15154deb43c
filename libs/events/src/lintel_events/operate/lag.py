"""How far each consumer group is behind, in records and in seconds."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from lintel_events.log.reader import reader


@dataclass(frozen=True, slots=True)
class Lag:
    consumer_group: str
    topic: str
    partition: int
    records: int
    """Offsets between what is applied and the end, transaction markers and what was compacted away included."""
    seconds: float
    """Age of the oldest record not yet applied; 0 when there is none."""


async def lags(bootstrap: str, groups: list[str]) -> list[Lag]:
    """As committed to Kafka, at most a second behind the databases, which are the truth."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = {group: await admin.list_consumer_group_offsets(group) for group in groups}
    finally:
        await admin.close()
    found = []
    async with reader(bootstrap) as consumer:
        for group, offsets in committed.items():
            begins = await consumer.beginning_offsets(list(offsets)) if offsets else {}
            ends = await consumer.end_offsets(list(offsets)) if offsets else {}
            for partition, at in sorted(offsets.items()):
                following = max(begins[partition], at.offset)  # what the log has let go of is nothing to wait for
                records = max(0, ends[partition] - following)
                oldest = await _timestamp_ms(consumer, partition, following) if records else None
                seconds = max(0.0, datetime.now(UTC).timestamp() - oldest / 1000) if oldest else 0.0
                found.append(Lag(group, partition.topic, partition.partition, records, round(seconds, 3)))
    return found


async def _timestamp_ms(consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> int | None:
    consumer.assign([partition])
    consumer.seek(partition, offset)
    for records in (await consumer.getmany(timeout_ms=500, max_records=1)).values():
        return int(records[0].timestamp)
    return None
