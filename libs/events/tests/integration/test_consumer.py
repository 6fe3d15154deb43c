"""The consumer: every effect once, whatever is repeated, and no record that stops the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Consumer as KafkaClient
from confluent_kafka import TopicPartition as Place

from lintel_events.consumer.batch import Batch
from lintel_events.consumer.circuit_breaker import CircuitBreaker
from lintel_events.consumer.delivery import read
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Noted, Toy, running, until

pytestmark = pytest.mark.integration
MakeToy = Callable[..., Awaitable[Toy]]


async def _letters(toy: Toy) -> list[dict[str, Any]]:
    messages = await asyncio.to_thread(toy.log, f"{toy.group}.dead")
    return [orjson.loads(message.value() or b"") for message in messages]


async def _publish(toy: Toy, count: int, notes: int = 5) -> dict[str, list[int]]:
    for n in range(count):
        await toy.note(f"note-{n % notes}")
    return {f"note-{note}": list(range(1, count // notes + 1)) for note in range(notes)}


async def _settled(toy: Toy, expected: dict[str, list[int]]) -> bool:
    return await toy.effects() == expected and await toy.waiting() == 0


async def test_a_record_appended_twice_is_applied_once(toy: Toy) -> None:
    """A crash between Kafka's commit and ours repeats a whole pass."""
    expected = await _publish(toy, 20)
    await toy.pool.execute("CREATE TABLE again AS TABLE outbox")
    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _settled(toy, expected))
        for _ in range(2):
            await toy.pool.execute(
                "INSERT INTO outbox (topic, partition, key, event_id, headers, payload) "
                "SELECT topic, partition, key, event_id, headers, payload FROM again ORDER BY id"
            )
        await toy.note("last")
        await until(lambda: _settled(toy, expected | {"last": [1]}))

    assert len(toy.log()) == 61


async def test_a_whole_topic_read_again_changes_nothing(toy: Toy) -> None:
    expected = await _publish(toy, 20)
    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _settled(toy, expected))
    await toy.pool.execute("UPDATE consumer_offsets SET next_offset = 0")

    async with running(toy.relay(), toy.consumer()):
        await toy.note("last")
        await until(lambda: _settled(toy, expected | {"last": [1]}))


async def test_offsets_are_the_databases(toy: Toy) -> None:
    """A group that Kafka has never heard of goes on where the database says."""
    expected = await _publish(toy, 10)
    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _settled(toy, expected))
    await toy.pool.execute("UPDATE consumer_offsets SET consumer_group = 'renamed'")
    await toy.pool.execute("DELETE FROM inbox")
    toy.group = "renamed"

    async with running(toy.relay(), toy.consumer()):
        await toy.note("last")
        await until(lambda: _settled(toy, expected | {"last": [1]}))


async def test_kafka_never_hears_of_what_was_polled_and_not_applied(toy: Toy) -> None:
    """Whoever looks at the lag must see what the database has, also of a consumer that was told to stop meanwhile."""
    tried = []

    async def keep(_: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        tried.append(deliveries)
        raise OSError("the database is away")

    for _ in range(20):
        await toy.note("note")  # on one partition: what is known of the others goes on being told
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), keep))):
        await until(lambda: _tried_again(tried))

    assert await asyncio.to_thread(_committed_to_kafka, toy) <= 0


async def _tried_again(tried: list[Any]) -> bool:
    return len(tried) > 1


def _committed_to_kafka(toy: Toy) -> int:
    """The highest offset that the group has committed to Kafka; negative when none."""
    client = KafkaClient({"bootstrap.servers": toy.bootstrap, "group.id": toy.group})
    try:
        places = [Place(toy.topic.name, partition) for partition in range(toy.topic.partitions)]
        return max(int(place.offset) for place in client.committed(places, timeout=10))
    finally:
        client.close()


async def test_a_zombie_with_an_old_offset_changes_nothing(toy: Toy) -> None:
    """Frozen, replaced, and awake again: it holds records that its successor has applied."""
    await _publish(toy, 20)
    async with running(toy.relay()):
        await until(lambda: _nothing_waits(toy))
    types = {toy.event.type: toy.event}
    held = {
        partition: [read(record, types) for record in records]
        for partition, records in (await _poll_some(toy, 20)).items()
    }  # fmt: skip
    await toy.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, $3, 0)", [(toy.group, *partition) for partition in held]
    )
    zombies = dict.fromkeys(held, 0)
    await Batch(toy.group, [toy.keeper()], held, CircuitBreaker()).apply(toy.units, dict.fromkeys(held, 0))
    applied = await toy.effects()
    await toy.pool.execute("DELETE FROM inbox")  # not even where the inbox has forgotten them

    await Batch(toy.group, [toy.keeper()], held, CircuitBreaker()).apply(toy.units, zombies)

    assert await toy.effects() == applied
    assert zombies == {}, "it lost its partitions and asks the database where they are"


async def _nothing_waits(toy: Toy) -> bool:
    return await toy.waiting() == 0


async def test_members_come_and_go_and_every_effect_happens_once(toy: Toy) -> None:
    async with running(toy.relay(), toy.consumer()):
        for _ in range(3):
            async with running(toy.consumer()):
                for n in range(150):
                    await toy.note(f"note-{n % 5}")
                    await asyncio.sleep(0.005)
        await until(lambda: _settled(toy, {f"note-{n}": list(range(1, 91)) for n in range(5)}))


def _cloud_event(**changes: Any) -> bytes:
    event = {
        "specversion": "1.0", "id": str(uuid4()), "source": "/elsewhere", "type": "toy.Noted.v1", "subject": "k",
        "time": "2026-11-21T19:00:00Z", "sequence": "0001-000000000001", "data": {"note": "k", "n": 1},
    }  # fmt: skip
    return orjson.dumps(event | changes)


MALFORMED = {
    "null": (None, ()),
    "not UTF-8": (b"\xff\xfe\x00", ()),
    "not JSON": (b"{", ()),
    "a list": (b"[1]", ()),
    "foreign CloudEvent": (orjson.dumps({"specversion": "1.0", "id": "7", "source": "/s", "type": "other"}), ()),
    "binary mode": (b'{"note": "k", "n": 1}', (("ce_specversion", b"1.0"), ("ce_type", b"toy.Noted.v1"))),
    "other version of the specification": (_cloud_event(specversion="0.3"), ()),
    "time without an offset": (_cloud_event(time="2026-11-21T19:00:00"), ()),
    "data of another shape": (_cloud_event(data={"note": "k"}), ()),
    "a header that is not UTF-8": (_cloud_event(), (("traceparent", b"\xff"),)),
}


async def test_malformed_records_become_dead_letters_and_the_others_go_on(toy: Toy) -> None:
    for value, headers in MALFORMED.values():
        toy.append(value, key=None, headers=headers)
    toy.append(_cloud_event())

    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _settled(toy, {"k": [1]}))

    letters = await _letters(toy)
    assert [letter["offset"] for letter in letters] == list(range(len(MALFORMED)))
    assert {letter["attempts"] for letter in letters} == {1}, "trying again cannot help"


async def test_types_nobody_here_handles_are_skipped(toy: Toy) -> None:
    """They are younger than this reader; a letter for each would bury the real ones."""
    toy.append(_cloud_event(type="toy.NotedDifferently.v2"))
    toy.append(_cloud_event())

    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _settled(toy, {"k": [1]}))

    assert await _letters(toy) == []


async def test_a_record_that_fails_is_tried_five_times_and_the_others_are_applied(toy: Toy) -> None:
    tries = []

    def refuse(event: Noted) -> None:
        if event.text == "poison":
            tries.append(event)
            raise KeyError("no such shelf")

    for n in range(40):
        await toy.note(f"note-{n % 4}", "poison" if n == 17 else "")
    expected = {f"note-{note}": list(range(1, 11)) for note in range(4)}
    expected["note-1"] = [1, 2, 3, 4]
    async with running(toy.relay(), toy.consumer(toy.keeper(refuse))):
        await until(lambda: _settled(toy, expected))

    [letter] = await _letters(toy)
    assert (letter["attempts"], letter["parked"]) == (5, True)
    assert letter["error"] == "KeyError: 'no such shelf'"
    assert len(tries) >= 5


async def test_an_argument_the_database_cannot_take_is_the_records_fault(toy: Toy) -> None:
    """Asyncpg says so with an InterfaceError, as it does when a connection is lost; waiting would not help."""

    async def keep(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        unit.write("INSERT INTO effects VALUES ($1, $2)", deliveries[0].event.note, 2**70)

    await toy.note("note")
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), keep))):
        await until(lambda: _has_letters(toy, 1))


async def _has_letters(toy: Toy, count: int) -> bool:
    return len(await _letters(toy)) == count


async def test_a_failed_batch_leaves_no_trace(toy: Toy) -> None:
    """Effects, inbox, offsets and what the handler published commit together or not at all."""

    async def publish_and_fail(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        for delivery in deliveries:
            await toy.note_in(unit, "derived")
            if delivery.event.note == "poison":
                await unit.flush()
                raise KeyError("after publishing")

    for note in ("a", "poison", "b"):
        await toy.note(note)
    handler = Handler((toy.event,), publish_and_fail)
    other = toy.keeper()
    async with running(toy.relay()):
        await until(lambda: _nothing_waits(toy))
    held = {p: [read(r, {toy.event.type: toy.event}) for r in rs] for p, rs in (await _poll_some(toy, 3)).items()}
    await toy.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, $3, 0)", [(toy.group, *partition) for partition in held]
    )
    await Batch(toy.group, [other, handler], held, CircuitBreaker()).apply(toy.units, dict.fromkeys(held, 0))

    assert await toy.effects() == {"a": [1], "b": [1]}
    assert await toy.pool.fetchval("SELECT count(*) FROM inbox") == 2
    assert await toy.pool.fetchval("SELECT sequence FROM notes WHERE note = 'derived'") == 2
    assert await toy.waiting() == 3, "two derived events and one letter"


async def _poll_some(toy: Toy, count: int) -> dict[TopicPartition, list[Any]]:
    reader = AIOKafkaConsumer(bootstrap_servers=toy.bootstrap, isolation_level="read_committed")
    await reader.start()
    try:
        reader.assign([TopicPartition(toy.topic.name, number) for number in range(4)])
        await reader.seek_to_beginning()
        polled: dict[TopicPartition, list[Any]] = {}
        while sum(map(len, polled.values())) < count:
            for partition, records in (await reader.getmany(timeout_ms=200)).items():
                polled.setdefault(partition, []).extend(records)
        return polled
    finally:
        await reader.stop()


async def test_what_a_handler_publishes_names_its_cause(toy: Toy) -> None:
    async def answer(unit: UnitOfWork, deliveries: Sequence[Delivery[Any]]) -> None:
        for delivery in deliveries:
            if delivery.event.note == "question":
                unit.publish(toy.event(note="answer", n=1), sequence=1, cause=delivery.context)

    await toy.note("question")
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), answer))):
        await until(lambda: _logged(toy, 2))

    question, reply = sorted((orjson.loads(m.value() or b"") for m in toy.log()), key=lambda event: event["id"])
    assert reply["causationid"] == question["id"]
    assert reply["correlationid"] == question["correlationid"] == "test"


async def _logged(toy: Toy, count: int) -> bool:
    return len(await asyncio.to_thread(toy.log)) == count


async def test_a_mirror_keeps_the_newest_state_of_each_key(make_toy: MakeToy) -> None:
    """By sequence, not by arrival: a duplicate may follow, and a mirror may be read again from the start."""
    toy = await make_toy(kind="state", retention_days=None)
    await _publish(toy, 20)
    await toy.pool.execute("UPDATE outbox SET partition = 0")
    async with running(toy.relay(), toy.consumer(mirror_of(toy.event))):
        await until(lambda: _mirrored(toy, [4] * 5))
        toy.append(_cloud_event(sequence="0001-000000000003", data={"note": "note-0", "n": 3}))
        toy.append(_cloud_event(sequence="0002-000000000001", data={"note": "note-1", "n": 100}))
        await until(lambda: _mirrored(toy, [4, 100, 4, 4, 4]))


async def _mirrored(toy: Toy, expected: list[int]) -> bool:
    rows = await toy.pool.fetch(
        "SELECT (state->>'n')::int AS n FROM mirror WHERE topic = $1 ORDER BY key", toy.topic.name
    )
    return [row["n"] for row in rows] == expected


async def test_a_mirror_may_not_publish(toy: Toy) -> None:
    async def publish(unit: UnitOfWork, _: Sequence[Delivery[Any]]) -> None:
        unit.publish(toy.event(note="derived", n=1), sequence=1)

    await toy.note("note")
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), publish, may_publish=False))):
        await until(lambda: _has_letters(toy, 1))

    assert (await _letters(toy))[0]["error"] == "RuntimeError: a mirror may not publish"


async def test_a_consumer_says_when_it_last_saw_the_end(toy: Toy) -> None:
    """Deadlines wait for it: with the broker away nobody can tell what has been said."""
    async with running(toy.consumer()):
        await until(lambda: _caught_up(toy))


async def _caught_up(toy: Toy) -> bool:
    query = "SELECT count(*) = 4 AND now() - min(caught_up_at) < '2 s' FROM consumer_offsets WHERE caught_up_at NOTNULL"
    return bool(await toy.pool.fetchval(query))


async def test_the_consumer_stops_in_time_while_its_database_is_away(toy: Toy) -> None:
    toy.append(_cloud_event())
    await toy.pool.close()
    async with running(toy.consumer()):
        await asyncio.sleep(1.0)


async def test_offsets_pass_over_what_nobody_here_handles(toy: Toy) -> None:
    """No transaction is spent on it, yet the database ends where the log does, transaction markers included."""
    foreign = orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "/toy",
            "type": "toy.Unheard.v1",
            "subject": "k",
            "data": {},
        }
    )

    async def at_the_end() -> bool:
        ends = await asyncio.to_thread(toy.ends)
        rows = await toy.pool.fetch("SELECT partition, next_offset FROM consumer_offsets")
        return {row["partition"]: row["next_offset"] for row in rows} == ends

    async with running(toy.relay(), toy.consumer()):
        await toy.note("before")
        for _ in range(10):
            toy.append(foreign)
        await until(at_the_end)
        await toy.note("after")
        await until(lambda: _settled(toy, {"before": [1], "after": [1]}))
        await until(at_the_end)
