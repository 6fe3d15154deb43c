"""The relay: one leads, the others stand by, and nothing holds the rest up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from confluent_kafka import Consumer as KafkaClient
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType

from lintel_events.log.partitioner import partition_for
from lintel_events.log.topics import apply_topics
from lintel_events.testing import Toy, ToyTopic, noted_on, open_toy, running, until
from lintel_local.kafka import Kafka
from lintel_local.postgres import Postgres

pytestmark = pytest.mark.integration
MakeToy = Callable[..., Awaitable[Toy]]

_LEADERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # noqa: E501 - one statement


async def _emptied(toy: Toy) -> bool:
    return await toy.waiting() == 0


async def test_one_relay_leads_and_another_takes_over(make_toy: MakeToy) -> None:
    """What the old leader left open is settled first, so the newest record of a key is the last one."""
    toy = await make_toy(kind="state", retention_days=None)
    first, second = toy.relay(), toy.relay()
    async with running(first, second):
        for round_ in range(4):
            for n in range(50):
                await toy.note(f"note-{n % 5}")
            await until(lambda: _has_one_leader(first.state, second.state))
            for row in await toy.pool.fetch(_LEADERS):
                await toy.pool.execute("SELECT pg_terminate_backend($1)", row["pid"])
            await toy.note("rounds", str(round_))
        await until(lambda: _emptied(toy))

    expected = {f"note-{n}": 40 for n in range(5)} | {"rounds": 4}
    logged = toy.logged()
    assert {note: numbers[-1] for note, numbers in logged.items()} == expected
    for note, numbers in logged.items():
        assert list(dict.fromkeys(numbers)) == list(range(1, expected[note] + 1)), "first occurrences in order"


async def _has_one_leader(*states: str) -> bool:
    return sorted(states) == ["running", "standby"]


async def test_a_topic_that_is_missing_does_not_hold_up_the_others(toy: Toy) -> None:
    """Just as a partition without a leader does not; its rows wait."""
    absent = noted_on(ToyTopic(f"{toy.name}.absent"))
    async with toy.unit() as unit:
        unit.publish(absent(note="nowhere", n=1), sequence=1)
    await toy.note("somewhere")

    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _applied(toy, 1), within=8)
        await toy.note("somewhere")
        await until(lambda: _applied(toy, 2), within=2)

    assert await toy.pool.fetchval("SELECT array_agg(key) FROM outbox") == ["nowhere"]


async def _applied(toy: Toy, count: int) -> bool:
    return len((await toy.effects()).get("somewhere", [])) == count


async def test_what_another_process_commits_is_taken_by_the_next_poll(toy: Toy) -> None:
    """No signal reaches this process: the relay looks every 200 ms."""
    async with running(toy.relay()):
        await toy.note("first")
        await until(lambda: _emptied(toy))
        await toy.pool.execute(
            "INSERT INTO outbox (topic, partition, key, event_id, headers, payload) "
            "VALUES ($1, 0, 'k', gen_random_uuid(), '{}', '{}')",
            toy.topic.name,
        )
        await until(lambda: _emptied(toy), within=1)


async def test_a_pass_of_which_kafka_refuses_a_record_is_not_committed_in_part(toy: Toy) -> None:
    """Each record's own answer counts: commit asks nobody, and the refused one would be deleted with the others."""
    small, large = "note-0", next(note for note in NOTES if _partition(note) != _partition("note-0"))
    await _limit(toy, "1000")
    await toy.note(small)
    await toy.note(large, "x" * 2_000)

    async with running(toy.relay()):
        await until(lambda: asyncio.to_thread(_appended, toy, _partition(small)))
        await _limit(toy, "1000000")
        await until(lambda: _emptied(toy), within=40)

    assert toy.logged() == {small: [1], large: [1]}


async def test_a_pass_holds_more_of_a_partition_than_one_batch_does(make_toy: MakeToy) -> None:
    """Six records of 200 kB on one partition: batches of two, in order, in one Kafka transaction."""
    toy = await make_toy(partitions=1)
    for _ in range(6):
        await toy.note("note", "x" * 200_000)

    async with running(toy.relay()):
        await until(lambda: _emptied(toy))

    assert toy.logged() == {"note": [1, 2, 3, 4, 5, 6]}
    assert toy.ends() == {0: 7}, "one transaction marker after six records"


async def test_a_pass_is_bounded_in_bytes(make_toy: MakeToy) -> None:
    toy = await make_toy(partitions=1)
    for _ in range(24):
        await toy.note("note", "x" * 500_000)

    async with running(toy.relay()):
        await until(lambda: _emptied(toy))

    assert toy.logged() == {"note": list(range(1, 25))}
    assert toy.ends() == {0: 26}, "of 12 MB two passes"


NOTES = [f"note-{number}" for number in range(20)]


def _partition(note: str) -> int:
    return partition_for(note, 4)


async def _limit(toy: Toy, longest: str) -> None:
    """What the broker takes on the toy's topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=toy.bootstrap)
    await admin.start()
    try:
        limited = ConfigResource(ConfigResourceType.TOPIC, toy.topic.name, {"max.message.bytes": longest})
        await admin.alter_configs([limited])
    finally:
        await admin.close()


def _appended(toy: Toy, partition: int) -> bool:
    """Whether the partition has a record, committed or not."""
    client = KafkaClient({"bootstrap.servers": toy.bootstrap, "group.id": "any", "isolation.level": "read_uncommitted"})
    try:
        return client.get_watermark_offsets(Place(toy.topic.name, partition), timeout=10)[1] > 0
    finally:
        client.close()


async def test_a_relay_stops_in_time_with_no_broker_there(toy: Toy) -> None:
    away = Toy(**{**vars(toy), "bootstrap": "127.0.0.1:9"})
    async with running(away.relay()):
        await away.note("waits")
        await asyncio.sleep(1.5)

    assert await toy.waiting() == 1


async def test_relays_stop_in_time_when_the_broker_goes_away(toy: Toy, broker: Kafka) -> None:
    """SIGTERM must end the process within its deadline, also mid-pass."""
    async with running(toy.relay(), toy.consumer()):
        await toy.note("before")
        await until(lambda: _emptied(toy))
        await asyncio.to_thread(broker.kill)
        await toy.note("after")
        await asyncio.sleep(1.0)
    await asyncio.to_thread(broker.start)


class GuardedKafka(Kafka):
    """A broker that asks its access lists; without one for a topic everybody may."""

    def _write_properties(self) -> str:
        path = super()._write_properties()
        with Path(path).open("a") as properties:
            properties.write("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n")
            properties.write("allow.everyone.if.no.acl.found=true\n")
        return path

    def reserve(self, topic: str, user: str) -> None:
        """Nobody may do anything with the topic, but for this user, who may describe it."""
        place = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL)
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        allowed = AclBinding(*place, f"User:{user}", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW)
        for done in admin.create_acls([allowed]).values():
            done.result(10)

    def release(self, topic: str, user: str) -> None:
        place = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL)
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        rules = AclBindingFilter(*place, f"User:{user}", "*", AclOperation.ANY, AclPermissionType.ANY)
        for done in admin.delete_acls([rules]).values():
            done.result(10)


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[GuardedKafka]:
    kafka = GuardedKafka(tmp_path / "kafka")
    await asyncio.to_thread(kafka.start)
    yield kafka
    await asyncio.to_thread(kafka.stop)


@pytest.mark.parametrize("user", ["ANONYMOUS", "somebody-else"], ids=["may describe it", "may not even describe it"])
async def test_a_topic_that_may_not_be_written_does_not_hold_up_the_others(
    guarded: GuardedKafka, postgres: Postgres, user: str
) -> None:
    """A permission revoked: its rows wait until it is given again."""
    admin, name = await asyncpg.connect(postgres.url()), f"toy_{uuid4().hex}"
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    toy = await open_toy(postgres.url(name), guarded.bootstrap)
    forbidden = noted_on(ToyTopic(f"{toy.name}.forbidden"))
    await apply_topics(guarded.bootstrap, [forbidden.topic])
    await asyncio.to_thread(guarded.reserve, forbidden.topic.name, user)

    async with running(toy.relay(), toy.consumer()):
        async with toy.unit() as unit:
            unit.publish(forbidden(note="forbidden", n=1), sequence=1)
        await toy.note("somewhere")
        await until(lambda: _applied(toy, 1))
        await toy.note("somewhere")
        await until(lambda: _applied(toy, 2))
        assert await toy.pool.fetchval("SELECT array_agg(key) FROM outbox") == ["forbidden"]
        await asyncio.to_thread(guarded.release, forbidden.topic.name, user)
        await until(lambda: _emptied(toy), within=30)
    toy.pool.terminate()
