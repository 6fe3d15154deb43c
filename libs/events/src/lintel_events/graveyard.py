"""What becomes of dead letters: operators list, show, replay and discard them; persons in them can be forgotten."""

from base64 import b64decode, b64encode
from collections.abc import Collection
from typing import Any
from uuid import UUID

import orjson
from aiokafka import AIOKafkaProducer

from lintel_events.codec import Record
from lintel_events.dead_letters import DeadLetterTopic
from lintel_events.log_reader import read_to_end

Letter = dict[str, Any]

NOBODY = str(UUID(int=0))
"""Stands where a pseudonym was; as long, so that nothing else of a record moves."""


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


async def letters_without(bootstrap: str, consumer_group: str, pseudonyms: Collection[str]) -> list[Record]:
    """The open letters that name one of these persons, each as the outbox row that puts NOBODY in their place."""
    found = []
    for letter in await open_letters(bootstrap, consumer_group):
        if (left := _without(letter, pseudonyms)) != letter:
            topic = DeadLetterTopic(consumer_group).name
            found.append(Record(topic, 0, left["id"], UUID(left["id"]), "{}", orjson.dumps(left)))
    return found


def _without(letter: Letter, pseudonyms: Collection[str]) -> Letter:
    def blank(encoded: str | None) -> str | None:
        if (value := _bytes(encoded)) is None:
            return None
        for pseudonym in pseudonyms:
            value = value.replace(pseudonym.encode(), NOBODY.encode())
        return b64encode(value).decode()

    error = letter["error"]
    for pseudonym in pseudonyms:
        error = error.replace(pseudonym, NOBODY)
    return letter | {
        "key": blank(letter["key"]),
        "value": blank(letter["value"]),
        "headers": [[name, blank(value)] for name, value in letter["headers"]],
        "error": error,
    }
