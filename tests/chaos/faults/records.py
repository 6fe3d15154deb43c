"""Records come again, are too large, or cannot be handled."""

from contextlib import asynccontextmanager
from dataclasses import replace

from lintel_events.testing import until
from tests.chaos.evidence import applied
from tests.chaos.scene import PATIENCE_S, WRITING, Fault, Scene, Struck
from tests.system.log import Log

_FROM_THE_START = "UPDATE consumer_offsets SET next_offset = 0"


@asynccontextmanager
async def replayed(scene: Scene) -> Struck:
    """Every topic from its first record, for both consumers, while writers go on."""
    stage = scene.stage
    ends = await applied(stage)

    async def read_again() -> bool:
        return all(now >= before for (*_, now), (*_, before) in zip(await applied(stage), ends, strict=True))

    scene.watch.paused = True  # the database goes back here, and Kafka does not hear of it
    for role in ("reader", "mirror"):
        await stage.execute(role, _FROM_THE_START)
    await until(read_again, within=PATIENCE_S)
    yield
    scene.watch.paused = False


@asynccontextmanager
async def oversize(scene: Scene) -> Struck:
    """Refused in the business transaction, of which nothing may remain."""
    wanted = scene.failed() + 3

    async def refused() -> bool:
        return scene.failed() >= wanted

    scene.stage.wish(replace(WRITING, oversize=True))
    await until(refused, within=PATIENCE_S)
    yield
    scene.stage.wish(WRITING)


@asynccontextmanager
async def poison(scene: Scene) -> Struck:
    """One in a hundred cannot be handled; the other keys go on."""
    log, dead = Log(scene.stage.cluster.bootstrap), f"{scene.stage.plan.reader_group}.dead"
    before = len(await log.read(dead))

    async def buried() -> bool:
        return len(await log.read(dead)) > before

    scene.stage.wish(replace(WRITING, poison=True))
    await until(buried, within=PATIENCE_S)
    await scene.more_effects()
    yield
    scene.stage.wish(WRITING)


FAULTS = [
    Fault("whole topic replayed", replayed),
    Fault("oversize record", oversize),
    Fault("1% poison", poison),
]
