"""Records come again, are too large, or cannot be handled."""

from contextlib import asynccontextmanager
from dataclasses import replace

from lintel_events.testing import until
from tests.chaos.evidence import applied
from tests.chaos.fault_context import PATIENCE_S, WRITING, Fault, FaultContext, Injected
from tests.system.log import Log

_FROM_THE_START = "UPDATE consumer_offsets SET next_offset = 0"


@asynccontextmanager
async def replayed(context: FaultContext) -> Injected:
    """Every topic from its first record, for both consumers, while writers go on."""
    testbed = context.testbed
    ends = await applied(testbed)

    async def read_again() -> bool:
        return all(now >= before for (*_, now), (*_, before) in zip(await applied(testbed), ends, strict=True))

    context.watch.paused = True  # the database goes back here, and Kafka does not hear of it
    for role in ("reader", "mirror"):
        await testbed.execute(role, _FROM_THE_START)
    await until(read_again, within=PATIENCE_S)
    yield
    context.watch.paused = False


@asynccontextmanager
async def oversize(context: FaultContext) -> Injected:
    """Refused in the business transaction, of which nothing may remain."""
    wanted = context.failed() + 3

    async def refused() -> bool:
        return context.failed() >= wanted

    context.testbed.control_writers(replace(WRITING, oversize=True))
    await until(refused, within=PATIENCE_S)
    yield
    context.testbed.control_writers(WRITING)


@asynccontextmanager
async def poison(context: FaultContext) -> Injected:
    """One in a hundred cannot be handled; the other keys go on."""
    log, dead = Log(context.testbed.cluster.bootstrap), f"{context.testbed.plan.reader_group}.dead"
    before = len(await log.read(dead))

    async def buried() -> bool:
        return len(await log.read(dead)) > before

    context.testbed.control_writers(replace(WRITING, poison=True))
    await until(buried, within=PATIENCE_S)
    await context.more_effects()
    yield
    context.testbed.control_writers(WRITING)


FAULTS = [
    Fault("whole topic replayed", replayed),
    Fault("oversize record", oversize),
    Fault("1% poison", poison),
]
