"""Connections break, or nothing comes through them any more."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from tests.chaos.proxy import FAIR, Proxy, Weather
from tests.chaos.scene import Fault, Scene, Struck

_LOST = Weather(lost=True)
_BAD = Weather(latency_s=0.02, piece_bytes=700)
_LONGER_THAN_A_REQUEST_S = 5.0

Wires = Callable[[Scene], Iterable[Proxy]]


def to_brokers(scene: Scene) -> Iterable[Proxy]:
    return scene.stage.broker_wires


def to_database(scene: Scene) -> Iterable[Proxy]:
    return (scene.stage.database_wire,)


def resets(name: str, wires: Wires) -> Fault:
    """Every connection is reset, again and again, in the middle of whatever it does."""

    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        for _ in range(8):
            for wire in wires(scene):
                wire.reset()
            await asyncio.sleep(scene.random.uniform(0.05, 0.6))
        yield

    return Fault(f"connections to the {name} reset", strike)


def black_hole(name: str, wires: Wires) -> Fault:
    """Nothing comes through and nobody is told; afterwards what was held arrives late."""
    return Fault(f"black hole to the {name}", _under(_LOST, wires))


def slowness(name: str, wires: Wires) -> Fault:
    """Everything comes late and in small pieces."""
    return Fault(f"slow wire to the {name}", _under(_BAD, wires))


def _under(weather: Weather, wires: Wires) -> Callable[[Scene], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def strike(scene: Scene) -> Struck:
        for wire in wires(scene):
            wire.turn(weather)
        await asyncio.sleep(_LONGER_THAN_A_REQUEST_S)
        yield
        for wire in wires(scene):
            wire.turn(FAIR)

    return strike


FAULTS = [
    make(name, wires)
    for name, wires in (("broker", to_brokers), ("database", to_database))
    for make in (resets, black_hole, slowness)
]
