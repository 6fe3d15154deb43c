"""What operators do: topics, lag, tail, dead letters; the command line is run as a process."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.topics import Applied, apply_topics, settings_of
from lintel_events.operate.dead_letters import open_letters
from lintel_events.operate.lag import lags
from lintel_events.testing import Noted, Toy, ToyTopic, running, until
from lintel_local.kafka import Kafka

pytestmark = pytest.mark.integration


async def _lintel_events(broker: Kafka, *arguments: str, answer: str = "") -> tuple[int, list[Any], str]:
    """Run the command with --json; return its status, its lines, and what it said of errors."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "lintel-events"), "--kafka", broker.bootstrap, "--json", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(answer.encode())
    return process.returncode or 0, _objects(out), err.decode()


def _objects(out: bytes) -> list[Any]:
    try:
        return [orjson.loads(line) for line in out.splitlines()]
    except ValueError:
        return [out.decode()]


@pytest.fixture
async def settings(broker: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    yield admin
    await admin.close()


async def _settings(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    [response] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for entry in response.resources[0][4]}


async def test_topics_are_made_as_declared_and_then_left_alone(broker: Kafka, settings: AIOKafkaAdminClient) -> None:
    topics = [ToyTopic(f"a-{uuid4().hex}"), ToyTopic(f"b-{uuid4().hex}", "state", 2, None)]

    assert [change.outcome for change in await apply_topics(broker.bootstrap, topics, dry_run=True)] == ["created"] * 2
    assert [change.outcome for change in await apply_topics(broker.bootstrap, topics)] == ["created"] * 2
    assert [change.outcome for change in await apply_topics(broker.bootstrap, topics)] == ["unchanged"] * 2

    for topic in topics:
        assert settings_of(topic).items() <= (await _settings(settings, topic.name)).items()


async def test_settings_are_put_right_and_what_operators_added_stays(
    broker: Kafka, settings: AIOKafkaAdminClient
) -> None:
    topic = ToyTopic(f"c-{uuid4().hex}")
    await apply_topics(broker.bootstrap, [topic])
    drifted = {"cleanup.policy": "compact", "segment.bytes": "10485760"}
    await settings.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, drifted)])

    await until(lambda: _policy_is(settings, topic.name, "compact"))
    assert (await apply_topics(broker.bootstrap, [topic], dry_run=True))[0].outcome == "configured"
    assert await _policy_is(settings, topic.name, "compact")
    assert (await apply_topics(broker.bootstrap, [topic]))[0].outcome == "configured"
    await until(lambda: _policy_is(settings, topic.name, "delete"))

    found = await _settings(settings, topic.name)
    assert found["retention.ms"] == str(7 * 86_400_000)
    assert found["segment.bytes"] == "10485760"


async def _policy_is(admin: AIOKafkaAdminClient, topic: str, policy: str) -> bool:
    return (await _settings(admin, topic))["cleanup.policy"] == policy


async def test_a_partition_count_is_never_changed(broker: Kafka) -> None:
    """Keys would move to other partitions, and their order would be lost."""
    name = f"d-{uuid4().hex}"
    await apply_topics(broker.bootstrap, [ToyTopic(name, partitions=2)])

    applied = await apply_topics(broker.bootstrap, [ToyTopic(name, partitions=4)])

    assert applied == [Applied(name, "has 2 partitions, declared 4: never changed in place")]


async def test_facts_kept_too_briefly_are_refused(broker: Kafka) -> None:
    """A reader that is away over a long week-end must find them."""
    with pytest.raises(ValueError, match="7 days"):
        await apply_topics(broker.bootstrap, [ToyTopic("e", retention_days=6)])


async def test_the_declared_topics_are_listed_and_there(broker: Kafka) -> None:
    _, listed, _ = await _lintel_events(broker, "topics", "list")
    status, applied, _ = await _lintel_events(broker, "topics", "apply", "--dry-run")

    assert status == 0
    assert {"topic": "orders.orders", "kind": "facts", "partitions": 4, "days": 90} in listed
    assert {topic["outcome"] for topic in applied} == {"would be unchanged"}
    assert {topic["topic"] for topic in applied} == {topic["topic"] for topic in listed}


async def test_lag_counts_what_is_not_applied_yet_and_reaches_nought(toy: Toy, broker: Kafka) -> None:
    """Transaction markers take offsets too: counted by the last record, a lag would stay for ever."""
    toy.group = "geo-offers"
    async with running(toy.relay(), toy.consumer()):
        await toy.note("first")
        await until(lambda: _applied(toy, 1))
        await until(lambda: _lag_is(toy, broker, 0), within=10)
    async with running(toy.relay()):
        for _ in range(3):
            await toy.note("first")
        await until(lambda: _lag_is(toy, broker, at_least=3), within=10)
    _, lines, _ = await _lintel_events(broker, "lag", toy.group)
    assert sum(line["records"] for line in lines if line["topic"] == toy.topic.name) >= 3
    async with running(toy.relay(), toy.consumer()):
        await until(lambda: _lag_is(toy, broker, 0), within=10)


async def test_what_the_log_has_let_go_of_is_no_lag(toy: Toy, broker: Kafka, settings: AIOKafkaAdminClient) -> None:
    """Nobody can apply it any more; an empty topic has none either."""
    async with running(toy.consumer()):
        await until(lambda: _lag_is(toy, broker, 0), within=10)
    for _ in range(3):
        await toy.note("first")
    async with running(toy.relay()):
        await until(lambda: _lag_is(toy, broker, at_least=3), within=10)
    [behind] = [lag for lag in await lags(broker.bootstrap, [toy.group]) if lag.records]
    partition = TopicPartition(behind.topic, behind.partition)

    await settings.delete_records({partition: RecordsToDelete(before_offset=2)})
    await until(lambda: _lag_is(toy, broker, behind.records - 2), within=10)
    await settings.delete_records({partition: RecordsToDelete(before_offset=-1)})
    await until(lambda: _lag_is(toy, broker, 0), within=10)


async def _applied(toy: Toy, count: int) -> bool:
    return sum(map(len, (await toy.effects()).values())) == count


async def _lag_is(toy: Toy, broker: Kafka, exactly: int | None = None, at_least: int = 0) -> bool:
    ours = [lag for lag in await lags(broker.bootstrap, [toy.group]) if lag.topic == toy.topic.name]
    records = sum(lag.records for lag in ours)
    assert all((lag.seconds > 0) == (lag.records > 0) for lag in ours)
    return bool(ours) and records >= at_least and exactly in {None, records}


async def test_tail_shows_the_events_asked_for(toy: Toy, broker: Kafka) -> None:
    async with running(toy.relay()):
        await toy.note("old")
        await until(lambda: _waiting(toy))
        await asyncio.sleep(0.01)
        since = datetime.now(UTC).isoformat()
        for note in ("new", "other", "new"):
            await toy.note(note)
        await until(lambda: _waiting(toy))

    _, everything, _ = await _lintel_events(broker, "tail", "--to-end", toy.topic.name)
    _, chosen, _ = await _lintel_events(
        broker, "tail", "--to-end", "--since", since, "--key", "new", "--type", "toy.Noted.v1", toy.topic.name
    )
    _, none, _ = await _lintel_events(broker, "tail", "--to-end", "--type", "toy.Other.v1", toy.topic.name)

    assert sorted(event["subject"] for event in everything) == ["new", "new", "old", "other"]
    assert [event["data"] for event in chosen] == [{"note": "new", "n": n, "text": ""} for n in (1, 2)]
    assert none == []


async def _waiting(toy: Toy) -> bool:
    return await toy.waiting() == 0


async def test_a_dead_letter_is_seen_and_replayed_or_discarded(toy: Toy, broker: Kafka) -> None:
    """Replayed after the fix it is applied as if for the first time, and other groups suppress it by its id."""
    toy.group = "pickup"
    await apply_topics(broker.bootstrap, [DeadLetterTopic("pickup")])
    fixed = False

    def refuse(event: Noted) -> None:
        if event.text == "poison" and not fixed:
            raise KeyError("not fixed yet")

    async with running(toy.relay(), toy.consumer(toy.keeper(refuse))):
        await toy.note("fine")
        await until(lambda: _applied(toy, 1))
        toy.append(_like(toy.log()[0].value(), {"note": "kept", "n": 1, "text": "poison"}), key=None)
        toy.append(b"garbage", key=None)
        await until(lambda: _dead_are(toy, broker, 2), within=30)
        _, listed, _ = await _lintel_events(broker, "dead", "list", "pickup")
        letters = {letter["error"].partition(":")[0]: letter["id"] for letter in listed if not letter["parked"]}

        _, [shown], _ = await _lintel_events(broker, "dead", "show", "pickup", letters["KeyError"])
        assert orjson.loads(shown["value"])["data"] == {"note": "kept", "n": 1, "text": "poison"}
        status, _, said = await _lintel_events(broker, "dead", "replay", "pickup", letters["KeyError"])
        assert (status, "--yes" in said) == (1, True), "nobody is there to be asked"
        _, [report], _ = await _lintel_events(broker, "dead", "replay", "pickup", letters["KeyError"], "--dry-run")
        assert report["outcome"] == "would replay"
        assert len(await _dead(toy, broker)) == 2

        fixed = True
        _, [report], _ = await _lintel_events(broker, "dead", "replay", "pickup", letters["KeyError"], answer="y\n")
        assert "replayed" in str(report)
        await until(lambda: _applied(toy, 2))
        _, [report], _ = await _lintel_events(
            broker, "dead", "discard", "pickup", letters["MalformedRecordError"], "--yes"
        )
        assert report["outcome"] == "discarded"

    assert await toy.effects() == {"fine": [1], "kept": [1]}
    assert await _dead(toy, broker) == []


def _like(right: bytes | None, data: dict[str, Any]) -> bytes:
    """Another event in the envelope of this one."""
    return orjson.dumps(orjson.loads(right or b"") | {"id": str(uuid4()), "data": data})


async def test_a_parked_key_is_settled_from_the_command_line(toy: Toy, broker: Kafka, tmp_path: Path) -> None:
    """One path for a record with a key: its letter is the notice, and closes when the record is settled."""
    toy.group = "pickup"

    async def parked(verb: str, *arguments: str) -> tuple[int, list[Any], str]:
        return await _lintel_events(broker, "parked", verb, "pickup", "--database", toy.dsn, *arguments)

    async with running(toy.relay(), toy.consumer()):
        await toy.note("k")
        await until(lambda: _applied(toy, 1))
        corrected = tmp_path / "value.json"
        corrected.write_bytes(_like(toy.log()[0].value(), {"note": "k", "n": 2}))
        toy.append(b"garbage", key=b"k")
        toy.append(b"rubbish", key=b"k")
        await until(lambda: _dead_are(toy, broker, 2), within=30)
        first, _ = await _dead(toy, broker)
        status, _, said = await _lintel_events(broker, "dead", "replay", "pickup", first["id"], "--yes")
        assert (status, "parked" in said) == (1, True), "appended again it would overtake nobody and be parked again"

        _, [listed], _ = await parked("list")
        assert (listed["key"], listed["records"], listed["attempts"]) == ("k", 2, 1)
        assert listed["error"].startswith("MalformedRecordError")
        _, shown, _ = await parked("show", "--key", "k")
        assert [record["value"] for record in shown] == ["garbage", "rubbish"]
        _, [report], _ = await parked("discard", "--dry-run")
        assert report["outcome"] == "would discard"

        _, [report], _ = await parked("replay", "--key", "k", "--value", str(corrected), "--yes")
        assert report == {"topic": toy.topic.name, "key": "k", "outcome": "replay requested"}
        await until(lambda: _applied(toy, 2))
        _, [report], _ = await parked("discard", "--topic", toy.topic.name, "--yes")
        assert report["records"] == 1
        await until(lambda: _dead_are(toy, broker, 0))

        await parked("park", "--topic", toy.topic.name, "--key", "k", "--yes")
        assert (await parked("list"))[1][0]["records"] == 0
        await parked("replay", "--yes")
        await until(lambda: _none_parked(toy))
        status, _, said = await parked("show")
        assert (status, "no such parked key" in said) == (1, True)

    assert await toy.effects() == {"k": [1, 2]}


async def _none_parked(toy: Toy) -> bool:
    return not await toy.pool.fetchval("SELECT count(*) FROM parked_keys")


async def _dead(toy: Toy, broker: Kafka) -> list[dict[str, Any]]:
    letters = await open_letters(broker.bootstrap, toy.group)
    return [letter for letter in letters if letter["topic"] == toy.topic.name]


async def _dead_are(toy: Toy, broker: Kafka, count: int) -> bool:
    return len(await _dead(toy, broker)) == count


async def test_the_command_says_plainly_that_the_broker_is_away() -> None:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "lintel-events"), "--kafka", "127.0.0.1:9", "lag",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await process.communicate()

    assert process.returncode == 1
    assert "Traceback" not in err.decode()
