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
    role = _role(place)

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


def relay_frozen_at(place: str) -> Fault:
    """SIGSTOP in mid-pass, longer than its session may idle: a stand-by leads, and then the old leader wakes up."""

    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        stage = scene.stage
        await _restart_frozen_at(scene, "shop", place)
        former = await stage.rows("shop", _LEADER)

        async def another_leads() -> bool:
            return await stage.rows("shop", _LEADER) not in ([], former)

        stage.crew.start("standby")
        await until(another_leads, within=PATIENCE_S)
        yield
        stage.crew.thaw("shop")
        await scene.more_acknowledged()
        await asyncio.to_thread(stage.crew.stop, "standby")

    return Fault(f"frozen at {place}", strike)


def consumer_frozen_at(place: str) -> Fault:
    """SIGSTOP with a batch in hand, until its partitions are another's; then it wakes up and goes on with it."""

    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        crew = scene.stage.crew
        await _restart_frozen_at(scene, "reader", place)
        crew.start("reader-2")
        await scene.more_effects()
        yield
        crew.thaw("reader")
        await scene.more_effects()
        await asyncio.to_thread(crew.stop, "reader-2")

    return Fault(f"frozen at {place}", strike)


def raised_at(place: str) -> Fault:
    """An exception out of nowhere: what was in hand is done again."""
    role = _role(place)

    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        await asyncio.to_thread(scene.stage.crew.stop, role)
        scene.stage.crew.start(role, failpoint=f"{place}=raise:{scene.random.randint(2, 8)}")
        await scene.more_acknowledged()
        await scene.more_effects()
        yield

    return Fault(f"exception at {place}", strike)


async def _restart_frozen_at(scene: Scene, role: str, place: str) -> None:
    crew = scene.stage.crew

    async def frozen() -> bool:
        return crew.frozen(role)

    await asyncio.to_thread(crew.stop, role)
    crew.start(role, failpoint=f"{place}=stop:{scene.random.randint(2, 8)}")
    await until(frozen, within=PATIENCE_S)


def _role(place: str) -> str:
    return "reader" if place.startswith("consumer") else "shop"


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
    relay_frozen_at("relay.before_kafka_commit"),
    relay_frozen_at("relay.before_delete"),
    consumer_frozen_at("consumer.before_commit"),
    raised_at("relay.before_kafka_commit"),
    raised_at("consumer.before_commit"),
    Fault("rebalance storm", rebalance_storm),
    Fault("SIGTERM without brokers", told_to_end_without_brokers),
]
