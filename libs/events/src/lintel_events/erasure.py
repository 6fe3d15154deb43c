"""Persons in records that were set aside are forgotten; the records stay, since what they hold back still counts."""

from base64 import b64decode, b64encode
from collections.abc import Collection
from uuid import UUID

import orjson

from lintel_events.log.cloudevent import Record
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.operate.dead_letters import Letter, open_letters
from lintel_events.outbox.unit_of_work import UnitOfWork

NOBODY = str(UUID(int=0))
"""Stands where a pseudonym was; as long, so that nothing else of a record moves."""

# Bytes as text of the form `escape`, in which a pseudonym looks as it is, and back. Waits for a replay of the row.
_FORGET_PARKED = """
UPDATE inbox_parked SET value = decode(replace(encode(value, 'escape'), $1, $2), 'escape'),
                        error = replace(error, $1, $2)
WHERE position(convert_to($1, 'UTF8') IN value) > 0 OR position($1 IN error) > 0
"""


async def forget_parked(unit: UnitOfWork, pseudonym: str) -> None:
    """Put NOBODY into their place in every record that is parked."""
    await unit.fetch(_FORGET_PARKED, pseudonym, NOBODY)


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
        value = None if encoded is None else b64decode(encoded)
        for pseudonym in pseudonyms:
            value = value and value.replace(pseudonym.encode(), NOBODY.encode())
        return None if value is None else b64encode(value).decode()

    error = letter["error"]
    for pseudonym in pseudonyms:
        error = error.replace(pseudonym, NOBODY)
    return letter | {
        "key": blank(letter["key"]),
        "value": blank(letter["value"]),
        "headers": [[name, blank(value)] for name, value in letter["headers"]],
        "error": error,
    }
