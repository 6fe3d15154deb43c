"""The event log as anybody outside sees it: plain Kafka, committed records only, plain JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition

from lintel_local.errors import LocalError

_PATIENCE = 10.0
_MANY = 1_000

Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Record:
    topic: str
    key: str
    value: bytes | None
    """None: whatever had this key is no more."""


@dataclass(frozen=True, slots=True)
class Event:
    """A CloudEvent of the log; `type` is its bare name, without the service and the version."""

    topic: str
    type: str
    subject: str
    id: str
    time: str
    sequence: str
    data: Mapping[str, Any]

    @classmethod
    def parse(cls, record: Record) -> "Event | None":
        """None for what is no event: anybody with access to the broker can write anything."""
        try:
            event = json.loads(record.value or b"")
            name = event["type"].split(".")[-2]
            members = (event[member] for member in ("subject", "id", "time", "sequence", "data"))
            return cls(record.topic, name, *members)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None


class Log:
    """Reads topics, all partitions, in no consumer group; a topic that is not there has none.

    `reached` has the offset after the last record read.
    """

    def __init__(self, bootstrap: str, topics: Iterable[str], start: Literal["beginning", "end"]) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "none",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 50,
            }
        )
        partitions = [partition for topic in topics for partition in self._partitions(topic)]
        offsets = {partition: self._end(partition) if start == "end" else OFFSET_BEGINNING for partition in partitions}
        self._consumer.assign([TopicPartition(*one, offset) for one, offset in offsets.items()])
        self._behind = set(partitions)
        self.reached: dict[Partition, int] = {}

    def poll(self, timeout: float) -> list[Record]:
        """What arrived within so many seconds."""
        records = (self._read(message) for message in self._consumer.consume(_MANY, timeout))
        return [record for record in records if record]

    def read_to_end(self) -> list[Record]:
        """Everything from where we are up to what is the end when it is reached."""
        records = self.poll(0.05)
        while self._behind:
            records += self.poll(0.05)
        return records

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def _read(self, message: Message) -> Record | None:
        partition = (str(message.topic()), int(message.partition() or 0))
        if failure := message.error():
            if failure.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's public constant
                raise LocalError(f"the event log cannot be read: {failure.str()}")
            self._behind.discard(partition)
            return None
        self._behind.add(partition)
        self.reached[partition] = int(message.offset() or 0) + 1
        return Record(partition[0], (message.key() or b"").decode(), message.value())

    def _partitions(self, topic: str) -> list[Partition]:
        found = self._consumer.list_topics(topic, timeout=_PATIENCE).topics[topic]
        return [(topic, number) for number in found.partitions]

    def _end(self, partition: Partition) -> int:
        return int(self._consumer.get_watermark_offsets(TopicPartition(*partition), timeout=_PATIENCE)[1])
