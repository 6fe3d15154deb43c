"""Connections break, or nothing comes through them any more."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from tests.chaos.fault_context import Fault, FaultContext, Injected
from tests.chaos.proxy import NORMAL, Conditions, Proxy

_LOST = Conditions(lost=True)
_SLOW = Conditions(latency_s=0.02, piece_bytes=700)
_LONGER_THAN_A_REQUEST_S = 5.0

Wires = Callable[[FaultContext], Iterable[Proxy]]


def to_brokers(context: FaultContext) -> Iterable[Proxy]:
    return context.testbed.broker_wires


def to_database(context: FaultContext) -> Iterable[Proxy]:
    return (context.testbed.database_wire,)


def resets(name: str, wires: Wires) -> Fault:
    """Every connection is reset, again and again, in the middle of whatever it does."""

    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        for _ in range(8):
            for wire in wires(context):
                wire.reset()
            await asyncio.sleep(context.random.uniform(0.05, 0.6))
        yield

    return Fault(f"connections to the {name} reset", inject)


def black_hole(name: str, wires: Wires) -> Fault:
    """Nothing comes through and nobody is told; afterwards what was held arrives late."""
    return Fault(f"black hole to the {name}", _under(_LOST, wires))


def slowness(name: str, wires: Wires) -> Fault:
    """Everything comes late and in small pieces."""
    return Fault(f"slow wire to the {name}", _under(_SLOW, wires))


def _under(conditions: Conditions, wires: Wires) -> Callable[[FaultContext], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def inject(context: FaultContext) -> Injected:
        for wire in wires(context):
            wire.apply(conditions)
        await asyncio.sleep(_LONGER_THAN_A_REQUEST_S)
        yield
        for wire in wires(context):
            wire.apply(NORMAL)

    return inject


FAULTS = [
    make(name, wires)
    for name, wires in (("broker", to_brokers), ("database", to_database))
    for make in (resets, black_hole, slowness)
]
