"""One process of the run: `python -m tests.chaos.worker shop|standby|reader|mirror <directory>`, until SIGTERM."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from prometheus_client import REGISTRY

from lintel_events.aio import sleep
from lintel_events.aiokafka_internals import quieten
from lintel_events.database import create_pool
from lintel_events.errors import is_infrastructure
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_events.testing import Runs, Toy
from tests.chaos.history import History
from tests.chaos.plan import Events, Plan
from tests.chaos.reader import reading
from tests.chaos.writer import Writer
from tests.chaos.writer_control import replace

_WRITERS = 3
_LOOK_S = 0.1
_NOTE_EVERY = 5


class Worker:
    """What a role runs, on a toy that is attached to the run."""

    def __init__(self, plan: Plan, role: str, stopping: asyncio.Event) -> None:
        self._plan = plan
        self._role = role
        self._stopping = stopping
        self._events = Events.of(plan)
        self._directory = Path(plan.directory)
        self._own_name = f"{role}-{os.getpid()}"

    def mark_ready(self) -> None:
        """From now on SIGTERM ends it properly."""
        (self._directory / f"up-{os.getpid()}").touch()

    async def run(self) -> None:
        """All of it ends by itself at SIGTERM: nothing is cancelled here."""
        toy = await self._attach()
        if toy is None:
            return
        parts = _ROLES[self._role](self, toy)
        runs = [part.run(self._stopping) for part in parts] + [
            writer.run(self._stopping) for writer in self._writers(toy)
        ]
        await asyncio.gather(self._watch(parts), *runs)
        toy.pool.terminate()

    def shop(self, toy: Toy) -> Sequence[Runs]:
        return (toy.relay(),)

    def reader(self, toy: Toy) -> Sequence[Runs]:
        toy.group = self._plan.reader_group
        return toy.relay(), toy.consumer(reading(self._events))

    def mirror(self, toy: Toy) -> Sequence[Runs]:
        toy.group = self._plan.mirror_group
        return (toy.consumer(mirror_of(self._events.state)),)

    def _writers(self, toy: Toy) -> list[Writer]:
        if self._role != "shop":
            return []
        history = History(self._directory / f"history-{self._own_name}.jsonl")
        seeds = (self._plan.seed * _WRITERS + number for number in range(_WRITERS))
        return [Writer(toy, self._events, history, self._directory, seed) for seed in seeds]

    async def _attach(self) -> Toy | None:
        owner = "shop" if self._role == "standby" else self._role
        name, dsn, committed = f"{self._plan.name}-{owner}", self._plan.dsns[owner], Signal()
        pool = create_pool(dsn, max_size=8)
        await pool
        while not self._stopping.is_set():
            try:
                units = UnitFactory(pool, await Outbox.open(pool, f"/{name}", committed))
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                await sleep(self._stopping, _LOOK_S)
            else:
                topic = self._plan.facts
                return Toy(self._plan.bootstrap, dsn, pool, units, committed, topic, self._events.fact, name)
        return None

    async def _watch(self, parts: Sequence[Runs]) -> None:
        """Note down now and then what this process has seen so far."""
        recoveries, states, looked = 0, [part.state for part in parts], 0
        while not await sleep(self._stopping, _LOOK_S):
            found = [part.state for part in parts]
            recoveries += sum(
                now == "running" and before == "recovering" for before, now in zip(states, found, strict=True)
            )
            states, looked = found, looked + 1
            if looked % _NOTE_EVERY == 0:
                noted = {"recoveries": recoveries, "suppressed": _suppressed(), "states": states}
                replace(self._directory / f"noted-{self._own_name}.json", json.dumps(noted))


_ROLES: dict[str, Callable[[Worker, Toy], Sequence[Runs]]] = {
    "shop": Worker.shop,
    "standby": Worker.shop,
    "reader": Worker.reader,
    "mirror": Worker.mirror,
}


def _suppressed() -> int:
    """Events that the inbox had seen before."""
    return int(
        sum(
            sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
            if sample.name == "lintel_consumer_duplicates_total"
        )
    )


async def main(role: str, directory: str) -> None:
    quieten()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    worker = Worker(Plan.load(directory), role, stopping)
    worker.mark_ready()
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
