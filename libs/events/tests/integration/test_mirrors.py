"""Mirrors: put right in place while traffic goes on, never by an older state, never half."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel_events.consumer.consumer import Consumer
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.cloudevent import sequence_text
from lintel_events.log.context import Context
from lintel_events.mirror.mirror import mirror_of
from lintel_events.mirror.rebuild import Rebuilt, rebuild
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Toy, running, until

pytestmark = pytest.mark.integration
MakeToy = Callable[..., Awaitable[Toy]]

NOTES = [f"note-{number}" for number in range(20)]
_WRONG = """
INSERT INTO mirror SELECT topic, key || ' of nobody', sequence, state, changed_at FROM mirror WHERE key LIKE '%-1';
UPDATE mirror SET state = '{"n": -1}' WHERE key = 'note-2';
UPDATE mirror SET sequence = '0000-000000000000', changed_at = now() WHERE key = 'note-3';
UPDATE mirror SET sequence = '9999-000000000000', state = '{"n": -2}' WHERE key = 'note-4';
DELETE FROM mirror WHERE key = 'note-5'
"""


@pytest.fixture
async def toy(make_toy: MakeToy) -> Toy:
    """Its notes are states, one partition of them for each half."""
    return await make_toy(kind="state", retention_days=None, partitions=2)


async def test_a_mirror_with_faults_becomes_what_the_log_says_while_traffic_goes_on(toy: Toy) -> None:
    """An orphan, a wrong state, an older one, one from nowhere ahead of the log, and one that is missing."""
    async with running(toy.relay(), _mirror(toy)):
        await _note_all(toy)
        await until(lambda: _is_what_the_log_says(toy))
        async with _traffic(toy, [note for note in NOTES if note not in {"note-4", "note-5"}]):
            await toy.pool.execute(_WRONG)
            report = await _rebuild(toy, dry_run=True)
            assert (report.deleted, report.put_right >= 2) == (1, True)
            assert await toy.pool.fetchval("SELECT count(*) FROM mirror WHERE key LIKE '%nobody' OR key = 'note-5'")

            done = await _rebuild(toy)

        assert (done.deleted, done.unreadable) == (1, 0)
        await until(lambda: _is_what_the_log_says(toy))


async def test_a_mirror_that_was_lost_is_there_again_and_a_second_time_nothing_is_done(toy: Toy) -> None:
    await _mirrored(toy)
    await toy.pool.execute("TRUNCATE mirror")

    assert await _rebuild(toy) == Rebuilt(toy.topic.name, 60, put_right=20, deleted=0, unreadable=0)
    assert await _is_what_the_log_says(toy)
    assert await _rebuild(toy) == Rebuilt(toy.topic.name, 60, put_right=0, deleted=0, unreadable=0)


async def test_a_key_that_the_consumer_applies_meanwhile_is_not_lost(toy: Toy) -> None:
    """What looks like an orphan may be on the log by now, behind what was read; here we are the live consumer."""
    await _mirrored(toy)
    sequence = sequence_text(1, 1)
    await toy.pool.execute("INSERT INTO mirror VALUES ($1, 'new', '0000-0', '{}', now())", toy.topic.name)
    async with running(toy.relay()), toy.pool.acquire() as live:
        batch = live.transaction()
        await batch.start()
        await live.execute("SELECT FROM consumer_offsets FOR UPDATE")
        rebuilding = asyncio.create_task(_rebuild(toy))
        await until(lambda: _somebody_waits(toy))
        await toy.note("new")
        await until(lambda: _sent(toy))
        await live.execute("UPDATE mirror SET sequence = $1 WHERE key = 'new'", sequence)
        for message in await asyncio.to_thread(toy.log):
            offset = (message.offset() or 0) + 1
            await live.execute("UPDATE consumer_offsets SET next_offset = greatest(next_offset, $2) "
                               "WHERE partition = $1", message.partition(), offset)  # fmt: skip
        await batch.commit()
        done = await rebuilding

    assert (done.deleted, done.put_right) == (0, 1)
    assert await _is_what_the_log_says(toy)


async def test_nothing_is_deleted_when_the_log_ends_before_what_was_applied(toy: Toy) -> None:
    """The log lost records, or is another cluster's: it is no witness then."""
    await _mirrored(toy)
    await toy.pool.execute("UPDATE consumer_offsets SET next_offset = 1000 WHERE partition = 0")
    await toy.pool.execute(_WRONG)

    with pytest.raises(ValueError, match="ends before"):
        await _rebuild(toy)

    assert await toy.pool.fetchval("SELECT count(*) FROM mirror WHERE key LIKE '%nobody'") == 1


async def test_a_copy_whose_newest_record_is_unreadable_stays(toy: Toy) -> None:
    """The live consumer keeps the last state it could read, too."""
    await _mirrored(toy)
    await toy.pool.execute("INSERT INTO mirror VALUES ($1, 'k', '0001-1', '{}', now())", toy.topic.name)
    toy.append(b"garbage", key=b"k")

    done = await _rebuild(toy)

    assert (done.deleted, done.unreadable) == (0, 1)
    assert await toy.pool.fetchval("SELECT count(*) FROM mirror WHERE key = 'k'") == 1


async def test_a_mirror_that_would_publish_is_refused_and_nothing_of_it_is_applied(toy: Toy) -> None:
    """Its poll is undone whole, and the record laid aside like any other that fails."""

    async def publish(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        await mirror_of(toy.event).apply(unit, deliveries)
        await unit.flush()
        unit.publish(toy.event(note="derived", n=1), sequence=1)

    await toy.note("note")
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), publish, may_publish=False))):
        await until(lambda: _passed(toy, 1))

    applied = await toy.pool.fetchrow("SELECT (SELECT count(*) FROM mirror), (SELECT count(*) FROM inbox)")
    assert tuple(applied or ()) == (0, 0)
    assert (await asyncio.to_thread(toy.logged)).keys() == {"note"}
    assert await asyncio.to_thread(toy.log, f"{toy.group}.dead"), "somebody is told"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), min_size=1), max_size=6))
async def test_no_older_state_ever_goes_over_a_newer_one(toy: Toy, batches: list[list[tuple[str, int]]]) -> None:
    """However live batches and a rebuild are interleaved: both write by the same statement."""
    await toy.pool.execute("TRUNCATE mirror")
    keep = mirror_of(toy.event)
    for batch in batches:
        async with toy.unit() as unit:
            await keep.apply(unit, [_delivery(toy, note, n) for note, n in batch])

    changes = [change for batch in batches for change in batch]
    expected = {note: max(n for other, n in changes if other == note) for note, _ in changes}
    assert await _mirror_of(toy) == expected


def _delivery(toy: Toy, note: str, n: int) -> Delivery[Any]:
    return Delivery(toy.event(note=note, n=n), sequence_text(1, n), datetime.now(UTC), Context("test"))


def _mirror(toy: Toy) -> Consumer:
    return toy.consumer(mirror_of(toy.event))


async def _rebuild(toy: Toy, *, dry_run: bool = False) -> Rebuilt:
    types = {toy.event.type: toy.event}
    return await rebuild(toy.bootstrap, toy.pool, toy.group, toy.topic.name, types, dry_run=dry_run)


async def _note_all(toy: Toy) -> None:
    for note in NOTES * 3:
        await toy.note(note)


async def _mirrored(toy: Toy) -> None:
    """Three states of each note, applied, and the consumer gone."""
    async with running(toy.relay(), _mirror(toy)):
        await _note_all(toy)
        await until(lambda: _is_what_the_log_says(toy))


@asynccontextmanager
async def _traffic(toy: Toy, notes: Sequence[str]) -> AsyncIterator[None]:
    """Changes without a pause, new notes among them."""
    stopping, dice = asyncio.Event(), random.Random(7)

    async def change() -> None:
        while not stopping.is_set():
            await toy.note(dice.choice(notes) if dice.random() < 0.8 else f"new-{dice.random()}")

    changing = [asyncio.create_task(change()) for _ in range(2)]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*changing)


async def _is_what_the_log_says(toy: Toy) -> bool:
    if not await _sent(toy):
        return False
    logged = await asyncio.to_thread(toy.logged)
    return bool(logged) and await _mirror_of(toy) == {note: numbers[-1] for note, numbers in logged.items()}


async def _mirror_of(toy: Toy) -> dict[str, int]:
    """By sequence and by state, which say the same."""
    rows = await toy.pool.fetch("SELECT key, sequence, (state->>'n')::bigint AS n FROM mirror")
    assert [sequence_text(1, row["n"]) for row in rows if row["n"]] == [row["sequence"] for row in rows if row["n"]]
    return {row["key"]: row["n"] for row in rows}


async def _sent(toy: Toy) -> bool:
    return await toy.waiting() == 0


async def _passed(toy: Toy, records: int) -> bool:
    """So far is the consumer, and whatever it wrote besides is on the log."""
    passed = await toy.pool.fetchval("SELECT coalesce(sum(next_offset), 0) FROM consumer_offsets")
    return bool(passed >= records) and await _sent(toy)


async def _somebody_waits(toy: Toy) -> bool:
    return bool(await toy.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
