"""State published again by its owner, a stretch of keys at a time, while traffic goes on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points

from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class State:
    """A state topic as its owner can publish it again."""

    service: str
    keys: Callable[[UnitOfWork, str, int], Awaitable[list[str]]]
    """So many of the topic's keys, the first ones after this one, in an order of their own."""
    announce: Callable[[UnitOfWork, Sequence[str], datetime], Awaitable[int]]
    """Lock the rows of these keys in key order, raise their sequences, publish their states; how many there are."""


def installed_state(topic: str) -> State:
    """The owner's (entry point `lintel_events.states`); LookupError when it is not installed here."""
    for point in entry_points(group="lintel_events.states", name=topic):
        state: State = point.load()
        return state
    raise LookupError(f"nobody here owns {topic}")


def installed_states() -> list[str]:
    """The state topics whose owners are installed here."""
    return sorted(point.name for point in entry_points(group="lintel_events.states"))


async def republish(
    units: UnitFactory, state: State, at: datetime, *, key: str | None = None, dry_run: bool = False
) -> AsyncIterator[int]:
    """Publish every key's state again, or one key's; yield after each transaction how many it announced.

    Mirrors take it for newer than what they have, so that afterwards each has what the owner's tables say. A dry run
    undoes each transaction.
    """
    async for keys in _stretches(units, state, key):
        async with units(Context.unprompted()) as unit:
            announced = await state.announce(unit, keys, at)
            if dry_run:
                await unit.rollback()
        yield announced


async def _stretches(units: UnitFactory, state: State, key: str | None) -> AsyncIterator[list[str]]:
    if key is not None:
        yield [key]
        return
    after = ""
    while keys := await _next(units, state, after):
        yield keys
        after = keys[-1]


async def _next(units: UnitFactory, state: State, after: str) -> list[str]:
    async with units(Context.unprompted()) as unit:
        return await state.keys(unit, after, _AT_ONCE)
