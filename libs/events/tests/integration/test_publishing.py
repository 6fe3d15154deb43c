"""From a committed transaction to the log, and to its effect elsewhere: once, in order, and only what was committed."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import asyncpg
import orjson
import pytest

from lintel_events.errors import DATABASE_LOST
from lintel_events.log.cloudevent import MAX_RECORD_BYTES, RecordTooLargeError
from lintel_events.log.context import Context
from lintel_events.log.partitioner import partition_for
from lintel_events.testing import Toy, running, until

pytestmark = pytest.mark.integration
MakeToy = Callable[..., Awaitable[Toy]]


async def test_what_is_committed_has_its_effect_once(toy: Toy) -> None:
    async with running(toy.relay(), toy.consumer()):
        for n in range(50):
            await toy.note(f"note-{n % 5}")
        expected = {f"note-{note}": list(range(1, 11)) for note in range(5)}
        await until(lambda: _is(toy.effects, expected))

    assert await toy.waiting() == 0
    assert toy.logged() == expected


async def _is(actual: Callable[[], Awaitable[object]], expected: object) -> bool:
    return await actual() == expected


async def test_a_keys_events_keep_their_order_under_concurrent_writers(toy: Toy) -> None:
    """The identity is drawn after the row lock, so that the order of ids is the order of commits."""

    async def write() -> None:
        for _ in range(40):
            async with toy.unit() as unit:
                await toy.note_in(unit, f"note-{random.randrange(3)}")
                await asyncio.sleep(random.random() / 500)

    async with running(toy.relay()):
        await asyncio.gather(*(write() for _ in range(8)))
        await until(lambda: _is(toy.waiting, 0))

    logged = toy.logged()
    assert sum(map(len, logged.values())) == 320
    assert all(numbers == sorted(numbers) for numbers in logged.values())


async def test_a_unit_that_never_locks_draws_its_outbox_id_after_its_write(toy: Toy) -> None:
    """Its one statement waits for the row first: drawn before, its id would overtake whoever holds the row."""
    await toy.pool.execute("INSERT INTO notes VALUES ('shared', 0)")
    holder, waiter = toy.unit(), toy.unit()
    await holder.lock("SELECT FROM notes WHERE note = 'shared' FOR UPDATE")
    waiter.write("UPDATE notes SET sequence = sequence + 1 WHERE note = $1", "shared")
    waiter.publish(toy.event(note="shared", n=2), sequence=2)
    waiting = asyncio.create_task(waiter.commit())
    await until(lambda: toy.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    holder.publish(toy.event(note="shared", n=1), sequence=1)
    await holder.commit()
    await waiting

    payloads = [orjson.loads(row["payload"]) for row in await toy.pool.fetch("SELECT payload FROM outbox ORDER BY id")]
    assert [event["data"]["n"] for event in payloads] == [1, 2]


async def test_what_is_rolled_back_never_appears(toy: Toy) -> None:
    async with running(toy.relay()):
        for n in range(20):
            unit = toy.unit()
            await toy.note_in(unit, "kept" if n % 2 else "dropped")
            await unit.flush()
            await (unit.commit() if n % 2 else unit.rollback())
        await until(lambda: _is(toy.waiting, 0))

    assert toy.logged() == {"kept": list(range(1, 11))}


async def test_a_record_beyond_the_limit_is_refused_in_its_transaction(toy: Toy) -> None:
    """Refused by the broker it would hold up everything behind it."""
    with pytest.raises(RecordTooLargeError):
        await toy.note("large", "x" * MAX_RECORD_BYTES)

    assert await toy.pool.fetchval("SELECT count(*) FROM notes") == 0


async def test_the_largest_records_that_are_accepted_arrive(toy: Toy) -> None:
    for note in ("one", "two", "one"):
        await toy.note(note, "x" * (MAX_RECORD_BYTES - 600))

    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _is(toy.effects, {"one": [1, 2], "two": [1]}))


async def test_a_record_lies_where_the_java_client_would_put_it(toy: Toy) -> None:
    """Any other producer of the topic finds the same partition; the outbox row stores it."""
    for n in range(20):
        await toy.note(f"note-{n}")
    async with running(toy.relay()):
        await until(lambda: _is(toy.waiting, 0))

    for message in toy.log():
        assert message.partition() == partition_for((message.key() or b"").decode(), 4)


async def test_a_record_explains_itself(toy: Toy) -> None:
    """Who caused it, in the envelope; the trace in headers; no ce_ header, which SDKs misread as binary mode."""
    origin = Context("request-1", "command-1", "web", "web.checkout", "journey", "shopper", "00-trace-span-01", "v=1")
    async with toy.units(origin) as unit:
        await toy.note_in(unit, "note")
    async with running(toy.relay()):
        await until(lambda: _is(toy.waiting, 0))

    [message] = toy.log()
    event = orjson.loads(message.value() or b"")
    assert message.headers() == [
        ("content-type", b"application/cloudevents+json"),
        ("traceparent", b"00-trace-span-01"),
        ("tracestate", b"v=1"),
    ]
    assert event["subject"] == "note"
    assert event["source"] == f"/{toy.name}"
    assert event["sequence"] == "0001-000000000001"
    assert (event["correlationid"], event["causationid"], event["channel"]) == ("request-1", "command-1", "web")
    assert (event["touchpoint"], event["journeyid"], event["actor"]) == ("web.checkout", "journey", "shopper")


async def test_a_unit_that_cannot_commit_gives_its_connection_back(toy: Toy) -> None:
    """Without this an outage would eat the pool, connection by connection."""
    for _ in range(40):
        unit = toy.unit()
        await unit.begin()
        unit.write("INSERT INTO notes VALUES ('x', NULL)")
        with pytest.raises(asyncpg.NotNullViolationError):
            await unit.commit()

    assert toy.pool.get_idle_size() == toy.pool.get_size()


async def test_a_unit_whose_server_went_away_gives_its_connection_back(toy: Toy) -> None:
    for _ in range(40):
        unit = toy.unit()
        await unit.begin()
        victim = await unit.fetchval("SELECT pg_backend_pid()")
        await toy.pool.execute("SELECT pg_terminate_backend($1)", victim)
        with pytest.raises(DATABASE_LOST):
            await unit.fetchval("SELECT 1")
        await unit.rollback()

    await toy.note("still works")
