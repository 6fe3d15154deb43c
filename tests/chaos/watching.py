"""Looks, while everything happens, whether Kafka was ever told of more than the database had."""

import asyncio
import contextlib

from confluent_kafka import Consumer, KafkaException, TopicPartition

from lintel_events.errors import DATABASE_LOST
from tests.chaos.evidence import Ahead
from tests.chaos.stage import Stage

_EVERY_S = 0.5


class Watch:
    """`ahead` collects every moment that needs an explanation."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._groups = {"reader": stage.plan.reader_group, "mirror": stage.plan.mirror_group}
        self.ahead: list[Ahead] = []
        self.paused = False
        """While the battery itself sets the database back."""

    async def run(self) -> None:
        while True:
            for role in self._groups:
                with contextlib.suppress(KafkaException, *DATABASE_LOST):
                    await self._look(role)
            await asyncio.sleep(_EVERY_S)

    async def _look(self, role: str) -> None:
        """Kafka first: the database only goes forward, so what it says afterwards is the more."""
        told = await asyncio.to_thread(self._told, role)
        rows = await self._stage.rows(role, "SELECT topic, partition, next_offset FROM consumer_offsets")
        if self.paused:
            return
        for row in rows:
            kafka = told.get((row["topic"], row["partition"]), 0)
            if kafka > row["next_offset"]:
                self.ahead.append(Ahead(row["topic"], row["partition"], row["next_offset"], kafka))

    def _told(self, role: str) -> dict[tuple[str, int], int]:
        plan = self._stage.plan
        topics = [plan.facts, plan.aside] if role == "reader" else [plan.states]
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        settings = {"bootstrap.servers": self._stage.cluster.bootstrap, "group.id": self._groups[role], "log_level": 0}
        client = Consumer(settings)
        try:
            committed = client.committed(partitions, timeout=3)
        finally:
            client.close()
        return {(one.topic, one.partition): one.offset for one in committed if one.offset >= 0}
