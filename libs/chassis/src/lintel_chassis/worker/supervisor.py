"""What runs beside the API: each piece supervised, none able to end the process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog
from fastapi import FastAPI

from lintel_chassis.clock import Clock
from lintel_chassis.settings import ServiceSettings
from lintel_events.aio import bounded, sleep
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory

_log = structlog.get_logger(__name__)

_AGAIN_S = 1.0

STATES = ("starting", "standby", "running", "paused", "recovering")
"""What a worker may be doing: standby leaves it to another process, paused waits for an operator."""

S_co = TypeVar("S_co", bound=ServiceSettings, covariant=True)


class Worker(Protocol):
    """Something that runs until it is told to stop: a consumer, the relay, the deadlines."""

    @property
    def state(self) -> str: ...
    async def run(self, stopping: asyncio.Event) -> None: ...


@dataclass(frozen=True, slots=True)
class WorkerContext(Generic[S_co]):
    """What a service's workers are built from; its pool is not the API's."""

    settings: S_co
    pool: Pool
    units: UnitFactory
    outbox: Outbox
    committed: Signal
    clock: Clock
    app: FastAPI
    """Its `state` is where `Service.lifespan` put clients and caches."""


class Supervisor:
    """Runs each worker in a task of its own and starts it again should it fail."""

    def __init__(self, workers: Mapping[str, Worker], stopping: asyncio.Event) -> None:
        self._workers = workers
        self._stopping = stopping
        self._tasks = [asyncio.create_task(self._keep_running(name), name=name) for name in workers]

    def states(self) -> dict[str, str]:
        return {name: worker.state for name, worker in self._workers.items()}

    async def stopped(self, at_most: float) -> None:
        """Wait for all to end after `stopping` was set; cancel what does not in time."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=at_most)
            for task in late:
                _log.warning("a worker does not end and is cancelled", worker=task.get_name())
                await bounded(task, 0)

    async def _keep_running(self, name: str) -> None:
        while not self._stopping.is_set():
            try:
                await self._workers[name].run(self._stopping)
            except Exception:  # noqa: BLE001 - whatever it was, the others go on and this is tried again
                _log.exception("a worker failed and is started again", worker=name)
                await sleep(self._stopping, _AGAIN_S)
