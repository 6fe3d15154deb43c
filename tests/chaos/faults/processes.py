"""Processes die, freeze, come and go."""

import asyncio
from contextlib import asynccontextmanager

from lintel_events.failpoints import PLACES
from lintel_events.testing import until
from tests.chaos.fault_context import PATIENCE_S, Fault, FaultContext, Injected
from tests.chaos.testbed import WORKERS

_LEADER = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = 'shop' AND l.locktype = 'advisory' AND l.granted
"""


def killed_at(place: str) -> Fault:
    """Kill -9 at a named failpoint."""
    role = _role(place)

    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        processes, passing = context.testbed.processes, context.random.randint(1, 5)

        async def dead() -> bool:
            return not processes.alive(role)

        await asyncio.to_thread(processes.stop, role)
        processes.start(role, failpoint=f"{place}=kill:{passing}")
        await until(dead, within=PATIENCE_S)
        processes.kill(role)
        yield
        processes.start(role)

    return Fault(f"kill -9 at {place}", inject)


def relay_frozen_at(place: str) -> Fault:
    """SIGSTOP in mid-pass, longer than its session may idle: a stand-by leads, and then the old leader wakes up."""

    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        testbed = context.testbed
        await _restart_frozen_at(context, "shop", place)
        former = await testbed.rows("shop", _LEADER)

        async def another_leads() -> bool:
            return await testbed.rows("shop", _LEADER) not in ([], former)

        testbed.processes.start("standby")
        await until(another_leads, within=PATIENCE_S)
        yield
        testbed.processes.thaw("shop")
        await context.more_acknowledged()
        await asyncio.to_thread(testbed.processes.stop, "standby")

    return Fault(f"frozen at {place}", inject)


def consumer_frozen_at(place: str) -> Fault:
    """SIGSTOP with a batch in hand, until its partitions are another's; then it wakes up and goes on with it."""

    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        processes = context.testbed.processes
        await _restart_frozen_at(context, "reader", place)
        processes.start("reader-2")
        await context.more_effects()
        yield
        processes.thaw("reader")
        await context.more_effects()
        await asyncio.to_thread(processes.stop, "reader-2")

    return Fault(f"frozen at {place}", inject)


def raised_at(place: str) -> Fault:
    """An exception out of nowhere: what was in hand is done again."""
    role = _role(place)

    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        await asyncio.to_thread(context.testbed.processes.stop, role)
        context.testbed.processes.start(role, failpoint=f"{place}=raise:{context.random.randint(2, 8)}")
        await context.more_acknowledged()
        await context.more_effects()
        yield

    return Fault(f"exception at {place}", inject)


async def _restart_frozen_at(context: FaultContext, role: str, place: str) -> None:
    processes = context.testbed.processes

    async def frozen() -> bool:
        return processes.frozen(role)

    await asyncio.to_thread(processes.stop, role)
    processes.start(role, failpoint=f"{place}=stop:{context.random.randint(2, 8)}")
    await until(frozen, within=PATIENCE_S)


def _role(place: str) -> str:
    return "reader" if place.startswith("consumer") else "shop"


@asynccontextmanager
async def rebalance_storm(context: FaultContext) -> Injected:
    processes = context.testbed.processes
    for _ in range(3):
        processes.start("reader-2", "reader-3")
        await context.more_effects()
        processes.kill("reader-2")
        await asyncio.to_thread(processes.stop, "reader-3")
    yield


@asynccontextmanager
async def sigterm_without_brokers(context: FaultContext) -> Injected:
    """SIGTERM while nobody answers: connections are refused, as by a broker that is gone."""
    wires = context.testbed.broker_wires
    await asyncio.gather(*(wire.stop() for wire in wires))
    await context.more_acknowledged(5)
    await asyncio.to_thread(context.testbed.processes.stop, *WORKERS)
    yield
    await asyncio.gather(*(wire.start() for wire in wires))
    context.testbed.processes.start(*WORKERS)


FAULTS = [
    *map(killed_at, PLACES),
    relay_frozen_at("relay.before_kafka_commit"),
    relay_frozen_at("relay.before_delete"),
    consumer_frozen_at("consumer.before_commit"),
    raised_at("relay.before_kafka_commit"),
    raised_at("consumer.before_commit"),
    Fault("rebalance storm", rebalance_storm),
    Fault("SIGTERM without brokers", sigterm_without_brokers),
]
