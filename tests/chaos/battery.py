"""Fault after fault upon one running workload; after each, all comes to rest and every invariant is checked."""

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

from lintel_events.testing import until
from lintel_local.errors import LocalError
from tests.chaos.checker import Violations, violations
from tests.chaos.evidence import Evidence, applied, gather, noted
from tests.chaos.fault_context import PATIENCE_S, WRITING, Fault, FaultContext
from tests.chaos.offset_watch import OffsetWatch
from tests.chaos.rebuild import rebuild
from tests.chaos.testbed import running_testbed
from tests.chaos.writer_control import WriterControl
from tests.system.log import Log

BROKEN = "broken.json"
_SETTLES_S = 120.0


@dataclass(frozen=True)
class Counts:
    """Of a whole run up to a moment."""

    ok: int = 0
    failed: int = 0
    unknown: int = 0
    duplicates: int = 0
    """Records the log has more than once."""
    suppressed: int = 0
    """Events an inbox had seen before."""
    recoveries: int = 0
    """Relays and consumers back at work after an outage, processes started again after a kill."""

    def since(self, earlier: "Counts") -> "Counts":
        before = asdict(earlier)
        return Counts(**{name: value - before[name] for name, value in asdict(self).items()})


@dataclass(frozen=True)
class Round:
    fault: str
    broken: dict[str, Violations]
    counts: Counts


class Battery:
    """A workload on its testbed; the first round in which something is broken must be its last."""

    def __init__(self, context: FaultContext) -> None:
        self._context = context
        self._testbed = context.testbed
        self._counts = Counts()

    async def round(self, fault: Fault) -> Round:
        try:
            await self._inject(fault)
            evidence = await self._settled()
        except (AssertionError, LocalError) as stuck:
            return self._broken(fault, {"I8": [f"work did not go on: {stuck}"]})
        if broken := violations(evidence):
            self._keep(evidence)
            return self._broken(fault, broken)
        before, self._counts = self._counts, self._counted(evidence)
        return Round(fault.name, {}, self._counts.since(before))

    async def _inject(self, fault: Fault) -> None:
        self._testbed.control_writers(WRITING)
        await self._context.more_acknowledged()
        async with fault.inject(self._context):
            pass
        await self._context.more_acknowledged()
        await self._context.more_effects()
        self._testbed.control_writers(WriterControl())

    async def _settled(self) -> Evidence:
        """Judge by what it comes to: look again while anything is amiss that may still come right."""
        deadline = monotonic() + _SETTLES_S
        await until(self._quiet, within=_SETTLES_S)
        while True:
            await rebuild(self._testbed)
            evidence = await gather(self._testbed, self._context.watch.ahead)
            if not violations(evidence) or monotonic() > deadline:
                return evidence
            await asyncio.sleep(1)

    async def _quiet(self) -> bool:
        waiting = await self._testbed.waiting("shop") + await self._testbed.waiting("reader")
        return not waiting and await Log(self._testbed.cluster.bootstrap).caught_up(await applied(self._testbed))

    def _counted(self, evidence: Evidence) -> Counts:
        operations, directory = evidence.operations, self._testbed.directory
        return Counts(
            ok=len(operations.ok),
            failed=len(operations.failed),
            unknown=len(operations.unknown),
            duplicates=evidence.duplicates,
            suppressed=noted(directory, "suppressed"),
            recoveries=noted(directory, "recoveries") + self._testbed.processes.kills,
        )

    def _broken(self, fault: Fault, broken: dict[str, Violations]) -> Round:
        record = {"fault": fault.name, "seed": self._testbed.plan.seed, "broken": broken}
        (self._testbed.directory / BROKEN).write_text(json.dumps(record, indent=1))
        return Round(fault.name, broken, Counts())

    def _keep(self, evidence: Evidence) -> None:
        """What one needs to understand it, beside the histories and the logs of the processes."""
        for name, stream in (("facts", evidence.facts), ("states", evidence.states), ("echoes", evidence.echoes)):
            lines = (json.dumps(asdict(record)) + "\n" for record in stream)
            (self._testbed.directory / f"log-{name}.jsonl").write_text("".join(lines))


@asynccontextmanager
async def battery(directory: Path, *, brokers: int, seed: int) -> AsyncIterator[Battery]:
    """The directory is left only where something was broken, without the servers' data."""
    shutil.rmtree(directory, ignore_errors=True)
    async with running_testbed(directory, brokers, seed) as testbed:
        watch = OffsetWatch(testbed)
        watch_task = asyncio.create_task(watch.run())
        try:
            yield Battery(FaultContext(testbed, watch, random.Random(seed)))
        finally:
            watch_task.cancel()
            await asyncio.wait((watch_task,), timeout=PATIENCE_S)
        if not watch_task.cancelled():
            watch_task.result()  # it ends by its own fault only
    _tidy(directory)


def _tidy(directory: Path) -> None:
    whole = not (directory / BROKEN).exists()
    for rest in (directory,) if whole else (*directory.glob("kafka/*/data"), directory / "postgres" / "data"):
        shutil.rmtree(rest, ignore_errors=True)
