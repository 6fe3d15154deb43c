"""The clients: write notes, one transaction each, and say what became of every one."""

import asyncio
import contextlib
import random
from pathlib import Path
from uuid import uuid4

from lintel_events.log.cloudevent import MAX_RECORD_BYTES
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Toy
from tests.chaos.history import History
from tests.chaos.plan import NOTES, POISONED, Events
from tests.chaos.writer_control import WriterControl

_PAUSE_S = 0.04
_POISON_EVERY = 100
_OVERSIZE_EVERY = 20

_RAISE = """
INSERT INTO notes VALUES ($1, 1) ON CONFLICT (note) DO UPDATE SET sequence = notes.sequence + 1 RETURNING sequence
"""


class Writer:
    """One of several; `run` goes on through every outage."""

    def __init__(self, toy: Toy, events: Events, history: History, directory: Path, seed: int) -> None:
        self._toy = toy
        self._events = events
        self._history = history
        self._directory = directory
        self._random = random.Random(seed)
        self._count = 0

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            control = WriterControl.load(self._directory)
            if control.writing:
                await self._write(*self._next(control))
            await asyncio.sleep(_PAUSE_S)

    def _next(self, control: WriterControl) -> tuple[str, str]:
        """A note, and the padding of its text."""
        self._count += 1
        if control.poison and self._count % _POISON_EVERY == 0:
            return self._random.choice(POISONED), ""
        if control.oversize and self._count % _OVERSIZE_EVERY == 0:
            return self._random.choice(NOTES), "x" * MAX_RECORD_BYTES
        return self._random.choice(NOTES), ""

    async def _write(self, note: str, padding: str) -> None:
        """Until the commit is asked for a failure is one; from then on nobody can tell."""
        operation = uuid4().hex
        self._history.begun(operation, note)
        unit = self._toy.unit()
        try:
            await self._prepare(unit, operation, note, padding)
        except Exception as error:  # noqa: BLE001 - whatever an outage brings
            self._history.ended(operation, "failed", repr(error))
            with contextlib.suppress(Exception):  # the server undoes what nobody can ask it to undo
                await unit.rollback()
            return
        try:
            await unit.commit()
        except Exception as error:  # noqa: BLE001 - whatever an outage brings
            self._history.ended(operation, "unknown", repr(error))
        else:
            self._history.ended(operation, "ok")

    async def _prepare(self, unit: UnitOfWork, operation: str, note: str, padding: str) -> None:
        await unit.begin()
        n = int(await unit.fetchval(_RAISE, note))
        unit.write("INSERT INTO written VALUES ($1, $2, $3)", operation, note, n)
        text = f"{operation} {padding}"
        unit.publish(self._events.fact_about(note)(note=note, n=n, text=text), sequence=n)
        unit.publish(self._events.state(note=note, n=n, text=operation), sequence=n)
        await unit.flush()
