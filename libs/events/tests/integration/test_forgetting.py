"""Persons in dead letters are forgotten; the letters stay, because what they hold back still counts."""

from base64 import b64decode, b64encode
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from lintel_events.erasure import NOBODY, forget_parked, letters_without
from lintel_events.log.context import Context
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.topics import apply_topics
from lintel_events.testing import Toy
from lintel_local.kafka import Kafka

pytestmark = pytest.mark.integration


def letter(value: bytes | None, **changed: Any) -> dict[str, Any]:
    encoded = None if value is None else b64encode(value).decode()
    letter_id = str(uuid4())
    about: dict[str, Any] = {"id": letter_id, "topic": "facts", "partition": 0, "offset": 0, "key": None,
                             "value": encoded, "headers": [], "error": "broken", "attempts": 1}  # fmt: skip
    return about | changed


async def _letters(broker: Kafka, *letters: dict[str, Any], closed: tuple[dict[str, Any], ...] = ()) -> str:
    """A new group with these letters."""
    group = f"group-{uuid4().hex}"
    topic = DeadLetterTopic(group)
    await apply_topics(broker.bootstrap, [topic])
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await producer.start()
    for opened in (*letters, *closed):
        await producer.send_and_wait(topic.name, orjson.dumps(opened), opened["id"].encode())
    for settled in closed:
        await producer.send_and_wait(topic.name, None, settled["id"].encode())
    await producer.stop()
    return group


async def test_a_letter_is_written_again_with_nobody_in_the_persons_place(broker: Kafka) -> None:
    """Wherever in the record they stand, and in what was wrong with it."""
    ada = str(uuid4())
    header, error = [["who", b64encode(ada.encode()).decode()]], f"nobody reads {ada}"
    theirs = letter(b'{"owner": "%s"}' % ada.encode(), headers=header, error=error)
    group = await _letters(broker, theirs, letter(b'{"owner": "bob"}'), letter(None))

    [record] = await letters_without(broker.bootstrap, group, [ada])

    written = orjson.loads(record.payload or b"")
    assert (record.topic, record.key) == (f"{group}.dead", theirs["id"])
    assert b64decode(written["value"]) == b'{"owner": "%s"}' % NOBODY.encode()
    assert b64decode(written["headers"][0][1]).decode() == NOBODY
    assert written["error"] == f"nobody reads {NOBODY}"
    assert {name for name in written if written[name] != theirs[name]} == {"value", "headers", "error"}


async def test_a_letter_that_was_closed_is_not_opened_again(broker: Kafka) -> None:
    ada = str(uuid4())
    group = await _letters(broker, closed=(letter(ada.encode()),))
    assert await letters_without(broker.bootstrap, group, [ada]) == []


async def test_a_parked_record_waits_on_without_the_person(toy: Toy) -> None:
    """Byte for byte as it was, but for them: it may be no text at all."""
    ada = str(uuid4())
    around = b'\x00\xff\\ {"owner": "%s"} \n'
    await toy.pool.execute("INSERT INTO parked_keys VALUES ('toy', 'facts', 'k')")
    for offset, value in enumerate((around % ada.encode(), around % b"bob", None)):
        await toy.pool.execute(
            "INSERT INTO inbox_parked VALUES ('toy', 'facts', 'k', 0, $1, 0, '[]', $2, $3, 1)", offset, value, ada
        )
    async with toy.units(Context(correlation_id="erasure")) as unit:
        await forget_parked(unit, ada)
    rows = await toy.pool.fetch("SELECT value, error FROM inbox_parked ORDER BY record_offset")
    assert [row["value"] for row in rows] == [around % NOBODY.encode(), around % b"bob", None]
    assert {row["error"] for row in rows} == {NOBODY}
