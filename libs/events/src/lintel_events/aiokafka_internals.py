"""The few private names of aiokafka that we lean on, in one place, with a test of their presence.

While brokers are away `stop()`, `abort_transaction()` and `commit()` may hang; what follows ends things anyway.
"""

import asyncio
import logging
from contextlib import AbstractContextManager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerClosed, TopicAuthorizationFailedError

from lintel_events.aio import bounded, look_at

_PATIENCE_S = 1.0
_LAST_PATIENCE_S = 0.2
COORDINATOR_TASKS = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_reset_committed_task")
"""With a consumer group the first three, without one the last."""
_REPEAT_AFTER_S = 10.0


async def close_hard(producer: AIOKafkaProducer) -> None:
    """End a producer without settling its transaction: the next one with its id will do that."""
    producer._closed = True
    sender = producer._sender.sender_task
    for _ in range(20):
        if sender is None or sender.done():
            break
        sender.cancel()
        await asyncio.wait((sender,), timeout=0.1)
    look_at(sender)
    producer._message_accumulator.fail_all(ProducerClosed())
    await bounded(producer.client.close(), _PATIENCE_S)


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Leave the group if the broker answers in time; if not, end what would go on in the background.

    Raise nothing: `stop` itself may raise CancelledError into a caller whom nobody cancelled.
    """
    if await bounded(consumer.stop(), _PATIENCE_S):
        return
    consumer._closed = True
    tasks = (getattr(consumer._coordinator, name, None) for name in COORDINATOR_TASKS)
    await asyncio.gather(*(bounded(task, 0) for task in tasks if task is not None))
    if consumer._fetcher:
        await bounded(consumer._fetcher.close(), _LAST_PATIENCE_S)
    await bounded(consumer._client.close(), _LAST_PATIENCE_S)


def counts_as_polling(consumer: AIOKafkaConsumer) -> AbstractContextManager[None]:
    """While in it the consumer counts as polling, and keeps its partitions however long it takes."""
    held: AbstractContextManager[None] = consumer._subscription.fetch_context()
    return held


def has_leader(producer: AIOKafkaProducer, topic: str, partition: int) -> bool:
    """Whether the cluster's metadata, as last fetched, knows the partition and names its leader."""
    known = producer.client.cluster._partitions.get(topic, {}).get(partition)
    return known is not None and bool(known.leader != -1)


def refused_topics(producer: AIOKafkaProducer) -> set[str]:
    """The topics that its transaction may not write to; what fails in consequence names other reasons."""
    waiter = producer._txn_manager._transaction_waiter
    error = waiter.exception() if waiter is not None and waiter.done() and not waiter.cancelled() else None
    return set(error.args[0]) if isinstance(error, TopicAuthorizationFailedError) else set()


async def refresh_metadata(producer: AIOKafkaProducer, topics: set[str]) -> None:
    """Ask the cluster about these topics, known to the client or not."""
    for topic in topics:
        await producer.client.add_topic(topic)
    await producer.client.force_metadata_update()


async def partitions_of(consumer: AIOKafkaConsumer, topics: list[str]) -> list[TopicPartition]:
    """Those the cluster has; `partitions_for_topic` knows only what the consumer is subscribed to."""
    cluster = await consumer._client.fetch_all_metadata()
    return [TopicPartition(topic, number) for topic in topics for number in cluster.partitions_for_topic(topic) or ()]


def quieten() -> None:
    """Let aiokafka log each message at most once in ten seconds: an outage makes 50-100 lines a second.

    A filter acts on its own logger only, not on those below: so each gets it.
    """
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "aiokafka":
            logging.getLogger(name).addFilter(_ONCE)


class _Once(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._logged: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        last = self._logged.get(str(record.msg), -_REPEAT_AFTER_S)
        if record.created - last < _REPEAT_AFTER_S:
            return False
        self._logged[str(record.msg)] = record.created
        return True


_ONCE = _Once()
