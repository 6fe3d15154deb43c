"""One order's whole life, gathered from all topics: what happened, what did not, what was laid aside."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any

from lintel_events.log.cloudevent import Envelope, MalformedRecordError, decode
from lintel_events.log.contract import Answer
from lintel_events.log.reader import read_to_end
from lintel_events.log.topics import consumer_groups, declared_topics, installed_contracts
from lintel_events.operate.dead_letters import open_letters, readable

_NAMED = "order_id"
"""The member of an event's data by which events of other subjects name the order."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody of `service` has answered; `events` are the types it might answer with."""

    service: str
    events: tuple[str, ...]
    after: str
    """The last type that had to come before."""
    seconds: float
    """Since then."""


@dataclass(frozen=True, slots=True)
class Life:
    """`events` in the order of their times; `letters` with the group that laid them aside."""

    events: Sequence[Envelope]
    gaps: Sequence[Gap]
    letters: Sequence[Mapping[str, Any]]


async def explain(bootstrap: str, order_id: str, at: datetime) -> Life:
    """Raise LookupError when nothing on the log names the order."""
    events = sorted(await _events_of(bootstrap, order_id), key=attrgetter("time"))
    letters = await _letters_of(bootstrap, order_id)
    if not events and not letters:
        raise LookupError(f"nothing on the log of an order {order_id}")
    answers = chain.from_iterable(contracts.ANSWERS for contracts in installed_contracts())
    return Life(events, gaps(events, answers, at), letters)


def gaps(events: Iterable[Envelope], answers: Iterable[Answer], at: datetime) -> list[Gap]:
    """Answers that are missing."""
    first: dict[str, datetime] = {}
    for event in events:
        first.setdefault(event.type, event.time)
    found = []
    for answer in answers:
        after, by = [model.type for model in answer.after], tuple(model.type for model in answer.by)
        if first.keys() >= set(after) and not first.keys() & set(by):
            last = max(after, key=first.__getitem__)
            seconds = round((at - first[last]).total_seconds(), 3)
            found.append(Gap(by[0].partition(".")[0], by, last, seconds))
    return found


async def _events_of(bootstrap: str, order_id: str) -> Collection[Envelope]:
    """By subject, by what they name, or because one of those caused them."""
    facts = [topic.name for topic in declared_topics() if topic.kind == "facts"]
    found: dict[str, Envelope] = {}
    keyed = set()  # topics whose key is the order's id: all of the order is in one partition
    async for topic, event in _read(bootstrap, facts, key=order_id):
        if event.subject == _order_of(event):
            keyed.add(topic)
        if event.subject == order_id:
            found[str(event.event_id)] = event
    others, known = [topic for topic in facts if topic not in keyed], 0
    while others and len(found) > known:  # what is found now may have caused what was passed over
        known, since = len(found), min(event.time for event in found.values())
        async for _, event in _read(bootstrap, others, since):
            if _order_of(event) == order_id or event.attributes.get("causationid") in found:
                found.setdefault(str(event.event_id), event)
    return found.values()


async def _read(
    bootstrap: str, topics: list[str], since: datetime | None = None, key: str | None = None
) -> AsyncIterator[tuple[str, Envelope]]:
    """Topics and events; unreadable records are left to the dead letters."""
    async for record in read_to_end(bootstrap, topics, since, key):
        with suppress(MalformedRecordError):
            yield record.topic, decode(record.value, record.headers)


def _order_of(event: Envelope) -> str | None:
    return event.data.get(_NAMED) if isinstance(event.data, dict) else None


async def _letters_of(bootstrap: str, order_id: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for group in consumer_groups():
        letters = [readable(letter) for letter in await open_letters(bootstrap, group)]
        concerned = (
            letter for letter in letters if letter["key"] == order_id or f'"{order_id}"' in (letter["value"] or "")
        )
        found += [{"consumer_group": group, **letter} for letter in concerned]
    return found
