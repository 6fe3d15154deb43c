"""What operators do with dead letters: list, show, replay, discard."""

from base64 import b64decode
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.reader import read_to_end

Letter = dict[str, Any]


async def open_letters(bootstrap: str, consumer_group: str) -> list[Letter]:
    """The letters nobody has closed, oldest first."""
    found: dict[bytes | None, Letter] = {}
    async for record in read_to_end(bootstrap, [DeadLetterTopic(consumer_group).name]):
        if record.value is None:
            found.pop(record.key, None)
        else:
            found[record.key] = orjson.loads(record.value)
    return list(found.values())


async def replay(bootstrap: str, consumer_group: str, letter: Letter, corrected: bytes | None = None) -> None:
    """Append the original record, or its corrected value, to its topic again, then close the letter.

    Groups that applied it before suppress it by its event id. Raise ValueError for a record parked with its key:
    appended again it would land behind those that wait for it.
    """
    if letter.get("parked"):
        raise ValueError("the record is parked with its key: `lintel-events parked replay` applies it in its turn")
    if "omitted" in letter:
        raise ValueError("the record was too large for the letter; append it again from its original offset")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(
            letter["topic"],
            key=_bytes(letter["key"]),
            value=corrected if corrected is not None else _bytes(letter["value"]),
            partition=letter["partition"],
            headers=[(name, _bytes(value) or b"") for name, value in letter["headers"]],
        )
        await _close(producer, consumer_group, letter)
    finally:
        await producer.stop()


async def discard(bootstrap: str, consumer_group: str, letter: Letter) -> None:
    """Close the letter; its record will never be applied, unless it is parked: then it waits on, without a notice."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        await _close(producer, consumer_group, letter)
    finally:
        await producer.stop()


async def _close(producer: AIOKafkaProducer, consumer_group: str, letter: Letter) -> None:
    await producer.send_and_wait(DeadLetterTopic(consumer_group).name, key=letter["id"].encode(), value=None)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)


def readable(letter: Letter) -> Letter:
    """The letter with its record as text; what is not UTF-8 is shown by its escapes."""
    headers = [[name, _text(value)] for name, value in letter["headers"]]
    return letter | {"key": _text(letter["key"]), "value": _text(letter["value"]), "headers": headers}


def _text(encoded: str | None) -> str | None:
    return None if encoded is None else b64decode(encoded).decode(errors="backslashreplace")
