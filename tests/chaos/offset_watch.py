"""Compares, while everything happens, the offsets that Kafka has of each group with those of the database."""

import asyncio
import contextlib

from confluent_kafka import Consumer, KafkaException, TopicPartition

from lintel_events.errors import DATABASE_LOST
from tests.chaos.evidence import Ahead
from tests.chaos.testbed import Testbed

_EVERY_S = 0.5


class OffsetWatch:
    """`ahead` collects every moment that needs an explanation."""

    def __init__(self, testbed: Testbed) -> None:
        self._testbed = testbed
        self._groups = {"reader": testbed.plan.reader_group, "mirror": testbed.plan.mirror_group}
        self.ahead: list[Ahead] = []
        self.paused = False
        """While the battery itself sets the database back."""

    async def run(self) -> None:
        while True:
            for role in self._groups:
                with contextlib.suppress(KafkaException, *DATABASE_LOST):
                    await self._compare(role)
            await asyncio.sleep(_EVERY_S)

    async def _compare(self, role: str) -> None:
        """Kafka first: the database only goes forward, so what it says afterwards is the more."""
        in_kafka = await asyncio.to_thread(self._in_kafka, role)
        rows = await self._testbed.rows(role, "SELECT topic, partition, next_offset FROM consumer_offsets")
        if self.paused:
            return
        for row in rows:
            kafka = in_kafka.get((row["topic"], row["partition"]), 0)
            if kafka > row["next_offset"]:
                self.ahead.append(Ahead(row["topic"], row["partition"], row["next_offset"], kafka))

    def _in_kafka(self, role: str) -> dict[tuple[str, int], int]:
        plan = self._testbed.plan
        topics = [plan.facts, plan.aside] if role == "reader" else [plan.states]
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        bootstrap = self._testbed.cluster.bootstrap
        client = Consumer({"bootstrap.servers": bootstrap, "group.id": self._groups[role], "log_level": 0})
        try:
            committed = client.committed(partitions, timeout=3)
        finally:
            client.close()
        return {(place.topic, place.partition): place.offset for place in committed if place.offset >= 0}
