"""Parking: a record that cannot be applied holds up its key and nothing else, until an operator settles it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
import pytest

from lintel_events.consumer.consumer import Consumer
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.operate import parked_keys
from lintel_events.operate.dead_letters import open_letters
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Noted, Toy, running, until

pytestmark = pytest.mark.integration
MakeToy = Callable[..., Awaitable[Toy]]


class Fault:
    """A handler's fault, until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def __call__(self, event: Noted) -> None:
        if event.text == "poison" and not self.mended:
            raise KeyError("no such shelf")


async def _effects_are(toy: Toy, expected: dict[str, list[int]]) -> bool:
    return await toy.effects() == expected


async def _parked(toy: Toy) -> dict[str, list[tuple[int, int]]]:
    """Of each key: n and attempts of what waits, in order."""
    rows = await toy.pool.fetch("SELECT key, value, attempts FROM inbox_parked ORDER BY key, partition, record_offset")
    found: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append((orjson.loads(row["value"])["data"]["n"], row["attempts"]))
    return found


async def _parked_are(toy: Toy, expected: dict[str, list[tuple[int, int]]]) -> bool:
    return await _parked(toy) == expected


async def _letters(toy: Toy) -> list[dict[str, Any]]:
    return await open_letters(toy.bootstrap, toy.group)


async def _letters_are(toy: Toy, count: int) -> bool:
    return len(await _letters(toy)) == count


async def _replay(toy: Toy, key: str, corrected: bytes | None = None) -> bool:
    async with toy.unit() as unit:
        return await parked_keys.request_replay(unit, toy.group, (toy.topic.name, key), corrected)


async def _discard(toy: Toy, key: str, *, everything: bool = False) -> int:
    async with toy.unit() as unit:
        return await parked_keys.discard(unit, toy.group, (toy.topic.name, key), everything=everything)


async def _nothing_parked(toy: Toy) -> bool:
    return not await toy.pool.fetchval("SELECT count(*) FROM parked_keys")


async def test_a_key_waits_behind_its_poisoned_record_and_others_go_on(toy: Toy) -> None:
    """Applied around it, the later events of the key would be out of order."""
    async with running(toy.relay(), toy.consumer(toy.keeper(Fault()))):
        for text in ("", "poison", ""):
            await toy.note("bad", text)
            await toy.note("good")
        await until(lambda: _parked_are(toy, {"bad": [(2, 5), (3, 0)]}))
        await toy.note("bad")
        await toy.note("good")
        await until(lambda: _parked_are(toy, {"bad": [(2, 5), (3, 0), (4, 0)]}))
        await until(lambda: _effects_are(toy, {"bad": [1], "good": [1, 2, 3, 4]}))
        await until(lambda: _letters_are(toy, 1))

    assert await toy.pool.fetchval("SELECT count(*) FROM inbox") == 5, "what waits is not in the inbox"


async def test_a_replay_after_the_fix_applies_each_event_once_and_in_order(toy: Toy) -> None:
    fault, order = Fault(), []

    def seen(event: Noted) -> None:
        fault(event)
        order.append(event.n)

    async with running(toy.relay(), toy.consumer(toy.keeper(seen))):
        for text in ("", "poison", "", "poison", ""):
            await toy.note("bad", text)
        await until(lambda: _parked_are(toy, {"bad": [(n, 5 if n == 2 else 0) for n in range(2, 6)]}))
        await until(lambda: _letters_are(toy, 1))
        fault.mended, order[:] = True, []
        await _replay(toy, "bad")
        await until(lambda: _nothing_parked(toy))
        await until(lambda: _letters_are(toy, 0))
        await toy.note("bad")
        await until(lambda: _effects_are(toy, {"bad": [1, 2, 3, 4, 5, 6]}))

    assert order == [2, 3, 4, 5, 6]


async def test_a_replay_that_fails_again_leaves_the_key_parked(toy: Toy) -> None:
    """With the new error, and waiting for the next request: nobody hammers a handler that is not mended."""
    fault = Fault()
    async with running(toy.relay(), toy.consumer(toy.keeper(fault))):
        for text in ("poison", "", "poison"):
            await toy.note("bad", text)
        await until(lambda: _parked_are(toy, {"bad": [(1, 5), (2, 0), (3, 0)]}))
        await _replay(toy, "bad")
        await until(lambda: _parked_are(toy, {"bad": [(1, 6), (2, 0), (3, 0)]}))
        await _discard(toy, "bad")
        await _replay(toy, "bad")
        await until(lambda: _parked_are(toy, {"bad": [(3, 1)]}))
        await until(lambda: _letters_are(toy, 1))

    assert await toy.effects() == {"bad": [2]}
    assert await toy.pool.fetchval("SELECT replay_requested_at FROM parked_keys") is None


async def test_a_replay_and_live_traffic_of_the_same_key_do_not_overtake_each_other(make_toy: MakeToy) -> None:
    """Both hold the key's row: two processes, one of them replaying while the other receives."""
    toy = await make_toy()
    fault, order = Fault(), []

    def seen(event: Noted) -> None:
        fault(event)
        order.append((event.note, event.n))

    consumers = [toy.consumer(toy.keeper(seen)) for _ in range(3)]
    async with running(toy.relay(), *consumers):
        for key in ("a", "b", "c", "d"):
            await toy.note(key, "poison")
        await until(lambda: _parked_are(toy, {key: [(1, 5)] for key in ("a", "b", "c", "d")}))
        fault.mended = True
        for n in range(200):
            await toy.note(random.choice("abcd"))
            if n % 20 == 10:
                for key in ("a", "b", "c", "d"):
                    await _replay(toy, key)
                    async with toy.unit() as unit:
                        parked_keys.park(unit, toy.group, (toy.topic.name, random.choice("abcd")))
            await asyncio.sleep(0.02)
        await until(lambda: _all_replayed(toy))
        await until(lambda: _all_applied(toy))

    for key in ("a", "b", "c", "d"):
        numbers = [n for note, n in order if note == key]
        assert numbers == sorted(set(numbers)), "once, and in order"


async def _all_replayed(toy: Toy) -> bool:
    for key in ("a", "b", "c", "d"):
        await _replay(toy, key)
    return await _nothing_parked(toy)


async def _all_applied(toy: Toy) -> bool:
    sequences = {row["note"]: row["sequence"] for row in await toy.pool.fetch("SELECT note, sequence FROM notes")}
    return await toy.effects() == {note: list(range(1, last + 1)) for note, last in sequences.items()}


async def test_a_live_batch_waits_for_the_replay_that_holds_its_key(toy: Toy) -> None:
    """Were it not to wait, it would park an event behind nobody, for ever."""
    fault = Fault()
    async with running(toy.relay(), toy.consumer(toy.keeper(fault))):
        await toy.note("bad", "poison")
        await until(lambda: _parked_are(toy, {"bad": [(1, 5)]}))
        async with toy.unit() as holder:
            await holder.lock("SELECT FROM parked_keys FOR UPDATE")
            await toy.note("bad")
            await until(lambda: toy.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            holder.write("DELETE FROM inbox_parked")
            await holder.flush()
            holder.write("DELETE FROM parked_keys")
        await until(lambda: _effects_are(toy, {"bad": [2]}))

    assert await _nothing_parked(toy)


async def test_what_is_discarded_is_never_applied(toy: Toy) -> None:
    """Neither by a replay of the others nor by its topic read again."""
    fault = Fault()
    async with running(toy.relay(), toy.consumer(toy.keeper(fault))):
        for text in ("poison", "", ""):
            await toy.note("bad", text)
        await until(lambda: _parked_are(toy, {"bad": [(1, 5), (2, 0), (3, 0)]}))
        assert await _discard(toy, "bad") == 1
        fault.mended = True
        await _replay(toy, "bad")
        await until(lambda: _effects_are(toy, {"bad": [2, 3]}))
        await until(lambda: _letters_are(toy, 0))
    await toy.pool.execute("UPDATE consumer_offsets SET next_offset = 0")
    async with running(toy.relay(), toy.consumer(toy.keeper(fault))):
        await toy.note("last")
        await until(lambda: _effects_are(toy, {"bad": [2, 3], "last": [1]}))


async def test_a_key_with_nothing_left_goes_on(toy: Toy) -> None:
    async with running(toy.relay(), toy.consumer(toy.keeper(Fault()))):
        for text in ("poison", "poison"):
            await toy.note("bad", text)
        await until(lambda: _parked_are(toy, {"bad": [(1, 5), (2, 0)]}))
        assert await _discard(toy, "bad", everything=True) == 2
        await toy.note("bad")
        await until(lambda: _effects_are(toy, {"bad": [3]}))

    assert await _nothing_parked(toy)


async def test_a_topic_read_again_parks_nothing_twice(toy: Toy) -> None:
    async with running(toy.relay(), toy.consumer(toy.keeper(Fault()))):
        for text in ("", "poison", ""):
            await toy.note("bad", text)
        await until(lambda: _parked_are(toy, {"bad": [(2, 5), (3, 0)]}))
    await toy.pool.execute("UPDATE consumer_offsets SET next_offset = 0")
    async with running(toy.relay(), toy.consumer(toy.keeper(Fault()))):
        await toy.note("last")
        await until(lambda: _effects_are(toy, {"bad": [1], "last": [1]}))

    assert await _parked(toy) == {"bad": [(2, 5), (3, 0)]}


async def test_a_malformed_record_parks_its_key_and_is_replayed_corrected(toy: Toy) -> None:
    """Its letter is written at once; without a key it would only be dead-lettered."""
    async with running(toy.relay(), toy.consumer()):
        await toy.note("k")
        await until(lambda: _effects_are(toy, {"k": [1]}))
        right = toy.log()[0].value() or b""
        toy.append(b"garbage", key=b"k")
        await until(lambda: _letters_are(toy, 1))
        corrected = orjson.dumps(orjson.loads(right) | {"id": "0" * 32, "data": {"note": "k", "n": 2}})
        await _replay(toy, "k", corrected)
        await until(lambda: _effects_are(toy, {"k": [1, 2]}))
        await until(lambda: _letters_are(toy, 0))

    assert await _nothing_parked(toy)


@pytest.mark.parametrize("key", [None, b"\xff", b"nul\x00", b"x" * 3_000], ids=["none", "not UTF-8", "NUL", "too long"])
async def test_a_key_that_cannot_be_read_is_not_parked(toy: Toy, key: bytes | None) -> None:
    """The database could not hold it; the letter holds the record."""
    toy.append(b"garbage", key=key)
    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _letters_are(toy, 1))

    assert (await _letters(toy))[0]["parked"] is False
    assert await _nothing_parked(toy)


async def test_a_broken_handler_pauses_the_consumer_until_it_is_mended(toy: Toy) -> None:
    """Parking every key, one by one, would leave operators a heap to clear."""
    fault = Fault()
    consumer = Consumer(
        bootstrap=toy.bootstrap,
        consumer_group=toy.group,
        units=toy.units,
        handlers=[toy.keeper(fault)],
        paused_try_s=0.1,
    )
    notes = [f"note-{n}" for n in range(12)]
    for note in notes:
        await toy.note(note, "poison")
    async with running(toy.relay(), consumer):
        await until(lambda: _is_paused(consumer))
        await asyncio.sleep(0.5)
        assert len(await _parked(toy)) == 4
        assert consumer.state == "paused"
        fault.mended = True
        await until(lambda: _applied(toy, 8))
        assert consumer.state == "running"
        for note in notes:
            await _replay(toy, note)
        await until(lambda: _applied(toy, 12))


async def _is_paused(consumer: Consumer) -> bool:
    return consumer.state == "paused"


async def _applied(toy: Toy, count: int) -> bool:
    return len(await toy.effects()) == count


async def test_an_operator_parks_the_record_that_keeps_the_consumer_paused(toy: Toy) -> None:
    """The way out where it was the records after all."""
    consumer = Consumer(
        bootstrap=toy.bootstrap,
        consumer_group=toy.group,
        units=toy.units,
        handlers=[toy.keeper(Fault())],
        paused_try_s=0.1,
    )
    for n in range(5):
        await toy.note(f"note-{n}", "poison")
    async with running(toy.relay(), consumer):
        await until(lambda: _is_paused(consumer))
        async with toy.unit() as unit:
            for n in range(5):
                parked_keys.park(unit, toy.group, (toy.topic.name, f"note-{n}"))
                await unit.flush()
        await toy.note("fine")
        await until(lambda: _effects_are(toy, {"fine": [1]}))

    assert len(await _parked(toy)) == 5


REAL_ERRORS = {
    "NumericValueOutOfRangeError": "SELECT 2147483647 + $1::int",
    "DivisionByZeroError": "SELECT 1 / ($1::int - 1)",
    "UniqueViolationError": "INSERT INTO notes VALUES ('twice', $1::int), ('twice', 1)",
    "NotNullViolationError": "INSERT INTO notes VALUES ('x', nullif($1::int, 1))",
    "UndefinedTableError": "SELECT $1::int FROM nowhere",
    "UndefinedFunctionError": "SELECT no_such_function($1::int)",
    "InterfaceError": "SELECT 1",
}
"""Classes 22, 23 and 42, and a misuse that asyncpg itself refuses."""


@pytest.mark.parametrize("error", REAL_ERRORS)
async def test_what_the_database_refuses_for_good_is_parked(toy: Toy, error: str) -> None:
    await toy.note("bad")
    async with running(toy.relay(), toy.consumer(_executing(toy, REAL_ERRORS[error]))):
        await until(lambda: _parked_are(toy, {"bad": [(1, 5)]}))

    assert (await toy.pool.fetchval("SELECT error FROM inbox_parked")).startswith(f"{error}: ")


def _executing(toy: Toy, sql: str) -> Handler:
    async def execute(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        await unit.fetch(sql, deliveries[0].event.n)

    return Handler((toy.event,), execute)
