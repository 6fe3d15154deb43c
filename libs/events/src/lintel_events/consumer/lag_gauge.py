"""How far a consumer is behind, as it knows itself."""

from collections.abc import Collection
from functools import partial
from time import time

from aiokafka import TopicPartition

from lintel_events.metrics import CONSUMER_LAG_RECORDS, CONSUMER_LAG_SECONDS


class LagGauge:
    """The lag of each partition in hand; its age grows by itself, so that a consumer that hangs shows it too."""

    def __init__(self, consumer_group: str) -> None:
        self._group = consumer_group
        self._reached: dict[TopicPartition, int] = {}
        self._assigned: set[TopicPartition] = set()

    def reached(self, partition: TopicPartition, at_ms: int) -> None:
        """All that is older than this moment of the log is applied."""
        if partition not in self._reached:
            CONSUMER_LAG_SECONDS.labels(*self._labels(partition)).set_function(partial(self._behind_s, partition))
        self._reached[partition] = at_ms

    def has_left(self, partition: TopicPartition, records: int) -> None:
        CONSUMER_LAG_RECORDS.labels(*self._labels(partition)).set(records)

    def keep(self, assigned: Collection[TopicPartition]) -> None:
        """The others are shown by the process that has them now."""
        for gone in self._assigned - set(assigned):
            CONSUMER_LAG_SECONDS.remove(*self._labels(gone))
            CONSUMER_LAG_RECORDS.remove(*self._labels(gone))
            self._reached.pop(gone, None)
        self._assigned = set(assigned)

    def _behind_s(self, partition: TopicPartition) -> float:
        return max(0.0, time() - self._reached[partition] / 1000)

    def _labels(self, partition: TopicPartition) -> tuple[str, str, str]:
        return self._group, partition.topic, str(partition.partition)
