"""Processes die, freeze, come and go."""

import asyncio
from contextlib import asynccontextmanager

from lintel_events.failpoints import PLACES
from lintel_events.testing import until
from tests.chaos.scene import PATIENCE_S, Fault, Scene, Struck
from tests.chaos.stage import CREW

_LEADER = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = 'shop' AND l.locktype = 'advisory' AND l.granted
"""


def killed_at(place: str) -> Fault:
    """Kill -9 at a named failpoint."""
    role = "reader" if place.startswith("consumer") else "shop"

    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        crew, passing = scene.stage.crew, scene.random.randint(1, 5)

        async def dead() -> bool:
            return not crew.alive(role)

        await asyncio.to_thread(crew.stop, role)
        crew.start(role, failpoint=f"{place}=kill:{passing}")
        await until(dead, within=PATIENCE_S)
        crew.kill(role)
        yield
        crew.start(role)

    return Fault(f"kill -9 at {place}", strike)


@asynccontextmanager
async def relay_frozen(scene: Scene) -> Struck:
    """Longer than its session may idle: a stand-by leads, and then the old leader wakes up in mid-pass."""
    stage = scene.stage
    [former] = await stage.rows("shop", _LEADER)

    async def another_leads() -> bool:
        return any(row["pid"] != former["pid"] for row in await stage.rows("shop", _LEADER))

    stage.crew.start("standby")
    stage.crew.freeze("shop")
    await until(another_leads, within=PATIENCE_S)
    yield
    stage.crew.thaw("shop")
    await scene.more_acknowledged()
    await asyncio.to_thread(stage.crew.stop, "standby")


@asynccontextmanager
async def consumer_frozen(scene: Scene) -> Struck:
    """Until its partitions are another's; then it wakes up with a batch that is no longer its own."""
    crew = scene.stage.crew
    crew.freeze("reader")
    crew.start("reader-2")
    await scene.more_effects()
    yield
    crew.thaw("reader")
    await scene.more_effects()
    await asyncio.to_thread(crew.stop, "reader-2")


@asynccontextmanager
async def rebalance_storm(scene: Scene) -> Struck:
    crew = scene.stage.crew
    for _ in range(3):
        crew.start("reader-2", "reader-3")
        await scene.more_effects()
        crew.kill("reader-2")
        await asyncio.to_thread(crew.stop, "reader-3")
    yield


@asynccontextmanager
async def told_to_end_without_brokers(scene: Scene) -> Struck:
    """SIGTERM while nobody answers: connections are refused, as by a broker that is gone."""
    wires = scene.stage.broker_wires
    await asyncio.gather(*(wire.stop() for wire in wires))
    await scene.more_acknowledged(5)
    await asyncio.to_thread(scene.stage.crew.stop, *CREW)
    yield
    await asyncio.gather(*(wire.start() for wire in wires))
    scene.stage.crew.start(*CREW)


FAULTS = [
    *map(killed_at, PLACES),
    Fault("relay frozen past its session", relay_frozen),
    Fault("consumer frozen past its session", consumer_frozen),
    Fault("rebalance storm", rebalance_storm),
    Fault("SIGTERM without brokers", told_to_end_without_brokers),
]
