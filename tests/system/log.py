"""The log as a third party reads it: librdkafka, committed records only, no code of ours."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

BROKEN = "BROKEN"
"""Keys of records that tests break on purpose begin with this."""
_PATIENCE_S = 20


@dataclass(frozen=True)
class Record:
    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: dict[str, bytes]

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent, as JSON has it."""
        found: dict[str, Any] = json.loads(self.value or b"")
        return found


@dataclass(frozen=True)
class Log:
    bootstrap: str

    async def read(self, *topics: str) -> list[Record]:
        """Every committed record of these topics (none named: all of Lintel's) up to the end of this moment."""
        return await asyncio.to_thread(self._read, topics)

    async def events(self, *topics: str, subjects: Collection[str] | None = None) -> dict[str, list[dict[str, Any]]]:
        """First occurrences by subject, in the order of their partition."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        seen = set()
        for record in await self.read(*topics):
            if record.value is None or record.key.startswith(BROKEN) or record.topic.endswith(".dead"):
                continue
            event = record.event
            if event["id"] not in seen and (subjects is None or event["subject"] in subjects):
                seen.add(event["id"])
                found[event["subject"]].append(event)
        return found

    async def append(self, topic: str, key: str, value: bytes) -> None:
        """As anybody with access to the broker could."""

        def send() -> None:
            producer = Producer({"bootstrap.servers": self.bootstrap})
            producer.produce(topic, value, key)
            assert producer.flush(_PATIENCE_S) == 0

        await asyncio.to_thread(send)

    async def caught_up(self, applied: Iterable[tuple[str, int, int]]) -> bool:
        """Whether no committed record lies at or behind any of these (topic, partition, next offset)."""
        return await asyncio.to_thread(self._caught_up, list(applied))

    def _caught_up(self, applied: list[tuple[str, int, int]]) -> bool:
        lowest: dict[tuple[str, int], int] = {}
        for topic, partition, offset in applied:
            lowest[topic, partition] = min(offset, lowest.get((topic, partition), offset))
        return not self._drain([TopicPartition(*place, offset) for place, offset in lowest.items()])

    def _read(self, topics: Collection[str]) -> list[Record]:
        consumer = self._consumer()
        try:
            known = consumer.list_topics(timeout=_PATIENCE_S).topics
        finally:
            consumer.close()
        wanted = topics or [name for name in known if not name.startswith("_")]
        return self._drain([TopicPartition(name, number, 0) for name in wanted for number in known[name].partitions])

    def _drain(self, partitions: list[TopicPartition]) -> list[Record]:
        consumer, found = self._consumer(), []
        try:
            consumer.assign(partitions)
            left = {(partition.topic, partition.partition) for partition in partitions}
            while left:
                message = consumer.poll(_PATIENCE_S)
                assert message is not None, f"the broker says nothing of {left}"
                error = message.error()
                if error is None:
                    found.append(_record(message))
                elif error.code() == KafkaError._PARTITION_EOF:
                    left.discard((str(message.topic()), message.partition() or 0))
                else:
                    assert error.retriable(), error
        finally:
            consumer.close()
        return found

    def _consumer(self) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": f"reader-{uuid4()}",
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 20,
                "log_level": 0,
            }
        )


def _record(message: Message) -> Record:
    return Record(
        str(message.topic()),
        message.partition() or 0,
        message.offset() or 0,
        (message.key() or b"").decode(errors="replace"),
        message.value(),
        dict(cast("list[tuple[str, bytes]]", message.headers() or [])),
    )
