"""A ring of transactional producers under fixed ids: taking them fences and settles whoever had them before."""

import asyncio
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError

from lintel_events.aio import bounded
from lintel_events.aiokafka_internals import close_hard, has_leader, refresh_metadata
from lintel_events.log.cloudevent import MAX_RECORD_BYTES

RING_SIZE = 4
"""Right after a commit the broker answers CONCURRENT_TRANSACTIONS for milliseconds: so each pass takes the next."""
START_TIMEOUT_S = 15.0
TRANSACTION_TIMEOUT_MS = 15_000


class Producers:
    """Producers `<service>-0` ... in turn."""

    def __init__(self, producers: list[AIOKafkaProducer]) -> None:
        self._producers = producers
        self._turn = 0

    @classmethod
    async def start(cls, bootstrap: str, service: str) -> Self:
        """Start all at once. Raise KafkaTimeoutError when the brokers do not answer, with nothing left open."""
        producers = [_producer(bootstrap, f"{service}-{number}") for number in range(RING_SIZE)]
        starts = [asyncio.ensure_future(producer.start()) for producer in producers]
        try:
            await asyncio.wait(starts, timeout=START_TIMEOUT_S, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            started = all(start.done() and not start.cancelled() and not start.exception() for start in starts)
            if not started:
                await asyncio.gather(*(bounded(start, 0) for start in starts))
                await asyncio.gather(*map(close_hard, producers))
        if not started:
            raise KafkaTimeoutError("Kafka's transaction coordinator did not answer")
        return cls(producers)

    def next(self) -> AIOKafkaProducer:
        self._turn = (self._turn + 1) % len(self._producers)
        return self._producers[self._turn]

    async def leaderless(self, partitions: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those that no broker leads at the moment, or that the cluster has not got; it is asked when in doubt."""
        if missing := self._without_leader(partitions):
            await refresh_metadata(self._producers[0], {topic for topic, _ in missing})
            return self._without_leader(missing)
        return set()

    def _without_leader(self, partitions: set[tuple[str, int]]) -> set[tuple[str, int]]:
        return {(topic, number) for topic, number in partitions if not has_leader(self._producers[0], topic, number)}

    async def close(self) -> None:
        await asyncio.gather(*map(close_hard, self._producers))


def _producer(bootstrap: str, transactional_id: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        request_timeout_ms=3_000,
        linger_ms=0,
        max_batch_size=MAX_RECORD_BYTES,
        max_request_size=MAX_RECORD_BYTES * 2,
        retry_backoff_ms=100,
        metadata_max_age_ms=30_000,
    )
