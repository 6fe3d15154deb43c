"""Kafka or PostgreSQL dies under load and comes back: nothing is lost, nothing happens twice, nobody is restarted."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from lintel_events.errors import is_infrastructure
from lintel_events.testing import Toy, running, until
from lintel_local.kafka import Kafka
from lintel_local.postgres import Postgres

pytestmark = pytest.mark.integration

NOTES = [f"note-{number}" for number in range(20)]


@asynccontextmanager
async def _load(toy: Toy) -> AsyncIterator[dict[str, int]]:
    """Four writers; yields how many transactions of each note are known to be committed."""
    known = dict.fromkeys(NOTES, 0)
    stopping = asyncio.Event()

    async def write() -> None:
        while not stopping.is_set():
            note = random.choice(NOTES)
            try:
                await toy.note(note)
                known[note] += 1
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.01)

    writers = [asyncio.create_task(write()) for _ in range(4)]
    yield known
    stopping.set()
    await asyncio.gather(*writers)


async def _healed(toy: Toy) -> bool:
    sequences = {row["note"]: row["sequence"] for row in await toy.pool.fetch("SELECT note, sequence FROM notes")}
    applied = {note: len(numbers) for note, numbers in (await toy.effects()).items()}
    return await toy.waiting() == 0 and applied == sequences


async def _check(toy: Toy, known: dict[str, int]) -> None:
    """Effects and the log against the database; `known` against both."""
    effects, logged = await toy.effects(), toy.logged()
    for note, count in known.items():
        sequence = await toy.pool.fetchval("SELECT sequence FROM notes WHERE note = $1", note) or 0
        everything = list(range(1, sequence + 1))
        assert sequence >= count, "what was acknowledged is there"
        assert effects.get(note, []) == everything, "every effect once"
        assert list(dict.fromkeys(logged.get(note, []))) == everything, "first occurrences in order, and no ghosts"
        assert not logged.get(note) or logged[note][-1] == sequence, "the newest is the last"


async def _survives(toy: Toy, strike: Callable[[], None], heal: Callable[[], None], away_s: float) -> None:
    async with running(toy.relay(), toy.consumer()):
        async with _load(toy) as known:
            await asyncio.sleep(1.0)
            await asyncio.to_thread(strike)
            await asyncio.sleep(away_s)
            await asyncio.to_thread(heal)
            await asyncio.sleep(1.0)
        await until(lambda: _healed(toy), within=40)
    await _check(toy, known)


async def test_the_broker_is_killed_under_load(toy: Toy, broker: Kafka) -> None:
    """Away longer than a request may take, so that passes are given up."""
    await _survives(toy, broker.kill, broker.start, away_s=4.0)


async def test_the_broker_is_restarted_under_load(toy: Toy, broker: Kafka) -> None:
    await _survives(toy, broker.stop, broker.start, away_s=0.0)


async def test_the_database_is_killed_under_load(toy: Toy, postgres: Postgres) -> None:
    await _survives(toy, postgres.kill, postgres.start, away_s=1.0)


async def test_connections_are_cut_again_and_again(toy: Toy) -> None:
    """In the middle of whatever they do, commits included."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"  # noqa: E501 - one statement
    async with running(toy.relay(), toy.consumer()):
        async with _load(toy) as known:
            for _ in range(10):
                await asyncio.sleep(0.3)
                await toy.pool.execute(cut)
        await until(lambda: _healed(toy), within=40)
    await _check(toy, known)
