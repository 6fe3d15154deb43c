"""The few private names of aiokafka that we lean on, in one place, with a test that looks at them.

While brokers are away `stop()`, `abort_transaction()` and `commit()` may hang; what follows ends things anyway.
"""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import ProducerClosed

_PATIENCE_S = 2.0
_SAY_AGAIN_S = 10.0


async def close_hard(producer: AIOKafkaProducer) -> None:
    """End a producer without settling its transaction: the next one with its id will do that."""
    producer._closed = True
    sender = producer._sender.sender_task
    for _ in range(20):
        if sender is None or sender.done():
            break
        sender.cancel()
        await asyncio.wait((sender,), timeout=0.1)
    _look_at(sender)
    producer._message_accumulator.fail_all(ProducerClosed())
    await bounded(producer.client.close(), _PATIENCE_S)


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Leave the group if the broker answers in time; raise nothing."""
    await bounded(consumer.stop(), _PATIENCE_S)


async def bounded(awaitable: Any, seconds: float) -> bool:
    """Wait at most so long, whatever the awaited task makes of its cancellation; True if it ended well."""
    task = asyncio.ensure_future(awaitable)
    try:
        await asyncio.wait((task,), timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
        task.add_done_callback(_look_at)
    return task.done() and not task.cancelled() and task.exception() is None


def has_leader(producer: AIOKafkaProducer, topic: str, partition: int) -> bool:
    """Whether the cluster's metadata, as far as it is known, names a leader."""
    partitions = producer.client.cluster._partitions.get(topic)
    if partitions is None or partition not in partitions:
        return True
    return bool(partitions[partition].leader != -1)


def quieten() -> None:
    """Let aiokafka's logger say each thing at most once in ten seconds: an outage makes 50-100 lines a second."""
    logging.getLogger("aiokafka").addFilter(_Once())


class _Once(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        last = self._said.get(str(record.msg), -_SAY_AGAIN_S)
        if record.created - last < _SAY_AGAIN_S:
            return False
        self._said[str(record.msg)] = record.created
        return True


def _look_at(task: "asyncio.Future[Any] | None") -> None:
    """Take note of a task's exception, so that nobody logs it as never retrieved."""
    if task is not None and task.done() and not task.cancelled():
        task.exception()
