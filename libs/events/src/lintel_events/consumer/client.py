"""A consumer group's Kafka client: its settings, and what happens when partitions come and go."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener

Rebalanced = Callable[[], Awaitable[None]]


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # published without types
    def __init__(self, rebalanced: Rebalanced) -> None:
        self._rebalanced = rebalanced

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002 - aiokafka's signature
        await self._rebalanced()

    async def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - aiokafka's signature
        await self._rebalanced()


def subscribed(bootstrap: str, consumer_group: str, topics: list[str], rebalanced: Rebalanced) -> AIOKafkaConsumer:
    """Not started yet. `rebalanced` is awaited before partitions are given up and after they are given."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=consumer_group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        max_poll_interval_ms=300_000,
        rebalance_timeout_ms=30_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=30_000,
        request_timeout_ms=10_000,
    )
    consumer.subscribe(topics, listener=_Listener(rebalanced))
    return consumer
