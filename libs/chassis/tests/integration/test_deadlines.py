"""Deadlines fire once, in the transaction of the transition they cause."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import asyncpg
import pytest

from lintel_chassis.worker.deadlines import (
    Deadline,
    Deadlines,
    Due,
    clear_deadlines,
    set_deadline,
    set_deadlines,
    while_caught_up,
)
from lintel_events.database import create_pool
from lintel_events.log.context import Context
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

pytestmark = pytest.mark.integration

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

PAST = datetime(2026, 1, 1, tzinfo=UTC)
CAUSE = Context(correlation_id="r1", actor="ada")


@pytest.fixture
async def units(dsn: str) -> AsyncIterator[UnitFactory]:
    async with create_pool(dsn, max_size=10) as pool:
        yield UnitFactory(pool, Outbox("/notes", 1, Signal()))


class Fired:
    """A handler that writes a note for each key, so that firing twice shows."""

    def __init__(self, poison: str | None = None) -> None:
        self.due: list[Due] = []
        self._poison = poison

    async def __call__(self, unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
        assert all(deadline.due_at <= at for deadline in due)
        if self._poison in {deadline.key for deadline in due}:
            raise ValueError("this deadline cannot be handled")
        unit.write("INSERT INTO notes (id) SELECT * FROM unnest($1::text[])", [deadline.key for deadline in due])
        self.due += due


@asynccontextmanager
async def at_work(units: UnitFactory, *deadlines: Deadline, workers: int = 1) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(Deadlines(units, deadlines).run(stopping)) for _ in range(workers)]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)


async def until_gone(database: Connection) -> None:
    for _ in range(500):
        if not await database.fetchval("SELECT EXISTS (SELECT FROM deadlines WHERE due_at < clock_timestamp())"):
            return
        await asyncio.sleep(0.02)
    pytest.fail("deadlines are left")


async def test_each_fires_once_whoever_shares_the_work(units: UnitFactory, database: Connection) -> None:
    keys = [f"k{number}" for number in range(1_000)]
    async with units(CAUSE) as unit:
        set_deadlines(unit, "expiry", dict.fromkeys(keys, PAST))
    fired = Fired()
    async with at_work(units, Deadline("expiry", fired), workers=4):
        await until_gone(database)
    assert Counter(deadline.key for deadline in fired.due) == dict.fromkeys(keys, 1)
    assert await database.fetchval("SELECT count(*) FROM notes") == 1_000


async def test_a_deadline_knows_who_caused_it(units: UnitFactory, database: Connection) -> None:
    """What it publishes belongs to the request that started it."""
    async with units(CAUSE) as unit:
        set_deadline(unit, "expiry", "k", PAST)
    fired = Fired()
    async with at_work(units, Deadline("expiry", fired)):
        await until_gone(database)
    assert fired.due == [Due("k", PAST, CAUSE)]


async def test_one_that_was_moved_fires_at_its_new_moment_only(units: UnitFactory, database: Connection) -> None:
    for due_at in (PAST, datetime.now(UTC) + timedelta(hours=1)):
        async with units(CAUSE) as unit:
            set_deadline(unit, "expiry", "k", due_at)
    fired = Fired()
    async with at_work(units, Deadline("expiry", fired)):
        await asyncio.sleep(0.3)
    assert fired.due == []
    assert await database.fetchval("SELECT count(*) FROM deadlines") == 1


async def test_one_that_was_called_off_never_fires(units: UnitFactory, database: Connection) -> None:
    async with units(CAUSE) as unit:
        set_deadlines(unit, "expiry", {"a": PAST, "b": PAST})
    async with units(CAUSE) as unit:
        clear_deadlines(unit, "expiry", ["a"])
    fired = Fired()
    async with at_work(units, Deadline("expiry", fired)):
        await until_gone(database)
    assert [deadline.key for deadline in fired.due] == ["b"]


async def test_a_handler_may_set_its_own_deadline_again(units: UnitFactory, database: Connection) -> None:
    """Asking a payment provider again is such a thing."""

    async def again(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
        set_deadlines(unit, "ask", {deadline.key: at + timedelta(hours=1) for deadline in due})

    async with units(CAUSE) as unit:
        set_deadline(unit, "ask", "k", PAST)
    async with at_work(units, Deadline("ask", again)):
        await until_gone(database)
    assert await database.fetchval("SELECT due_at > clock_timestamp() FROM deadlines") is True


async def test_one_that_fails_does_not_hold_up_the_others(units: UnitFactory, database: Connection) -> None:
    async with units(CAUSE) as unit:
        set_deadlines(unit, "expiry", dict.fromkeys(("a", "bad", "c"), PAST))
    fired = Fired(poison="bad")
    async with at_work(units, Deadline("expiry", fired)):
        await until_gone(database)
    assert sorted(deadline.key for deadline in fired.due) == ["a", "c"]
    assert await database.fetchval("SELECT key FROM deadlines") == "bad"


async def test_one_whose_writes_fail_is_put_off_too(units: UnitFactory, database: Connection) -> None:
    """Writes go out at the end of the unit, after the handler."""
    await database.execute("INSERT INTO notes (id) VALUES ('bad')")
    async with units(CAUSE) as unit:
        set_deadlines(unit, "expiry", dict.fromkeys(("a", "bad", "c"), PAST))
    async with at_work(units, Deadline("expiry", Fired())):
        await until_gone(database)
    assert await database.fetchval("SELECT key FROM deadlines") == "bad"
    assert units.pool.get_size() == units.pool.get_idle_size()


async def test_a_guarded_deadline_waits_until_the_log_is_read_past_its_moment(
    units: UnitFactory, database: Connection
) -> None:
    """With the broker away, what would have met it may still be unread."""
    async with units(CAUSE) as unit:
        set_deadline(unit, "saga", "k", PAST)
    for topic, seen in (("one", PAST + timedelta(1)), ("two", PAST - timedelta(1))):
        await database.execute("INSERT INTO consumer_offsets VALUES ('notes', $1, 0, 7, $2)", topic, seen)
    fired = Fired()
    async with at_work(units, Deadline("saga", fired, while_caught_up("notes", "one", "two"))):
        await asyncio.sleep(0.3)
        assert fired.due == []
        await database.execute("UPDATE consumer_offsets SET caught_up_at = $1", PAST)
        await until_gone(database)
    assert [deadline.key for deadline in fired.due] == ["k"]
