"""The private names of aiokafka that we lean on are there; a new version of it meets this test first."""

import asyncio
import logging

import aiokafka.conn
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.consumer.group_coordinator import GroupCoordinator, NoGroupCoordinator

from lintel_events.aio import bounded
from lintel_events.aiokafka_internals import (
    COORDINATOR_TASKS,
    close_hard,
    counts_as_polling,
    has_leader,
    quieten,
    refused_topics,
    stop_consumer,
)

NOBODY = "127.0.0.1:9"


async def test_a_producers_private_names_are_there() -> None:
    producer = AIOKafkaProducer(bootstrap_servers=NOBODY, transactional_id="t")

    assert producer._closed is False
    assert producer._sender.sender_task is None
    assert callable(producer._message_accumulator.fail_all)
    assert isinstance(producer.client.cluster._partitions, dict)
    assert has_leader(producer, "unheard-of", 0) is False
    assert refused_topics(producer) == set()
    await close_hard(producer)
    assert producer._closed is True


async def test_a_consumers_private_names_are_there() -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=NOBODY, group_id="g")

    assert (consumer._closed, consumer._coordinator, consumer._fetcher) == (False, None, None)
    assert callable(consumer._client.fetch_all_metadata)
    *grouped, lone = COORDINATOR_TASKS
    assert set(grouped) <= set(GroupCoordinator.__init__.__code__.co_names)
    assert lone in NoGroupCoordinator.__init__.__code__.co_names
    with counts_as_polling(consumer):
        assert consumer._subscription.fetcher_idle_time == 0
    await stop_consumer(consumer)
    assert consumer._closed is True


async def test_a_task_that_ignores_its_cancellation_is_not_waited_for() -> None:
    """`asyncio.wait_for` of Python 3.11 would wait for it."""
    ended = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await ended.wait()

    assert await asyncio.wait_for(bounded(stubborn(), 0.01), 1) is False
    ended.set()


async def test_what_a_bounded_task_raises_is_not_raised() -> None:
    async def fail() -> None:
        raise ConnectionError

    assert await bounded(fail(), 1) is False


def test_an_outage_is_logged_once_in_ten_seconds(caplog: pytest.LogCaptureFixture) -> None:
    """It writes 50-100 lines a second, from loggers below its own."""
    quieten()
    quieten()
    for _ in range(50):
        aiokafka.conn.log.warning("Connection %s went away", "somewhere")

    assert [record.name for record in caplog.records] == ["aiokafka.conn"]
    assert logging.getLogger("aiokafka.conn").filters
