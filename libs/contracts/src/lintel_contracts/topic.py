"""What a topic is: its name, its kind and how it is cut."""

from dataclasses import dataclass
from enum import StrEnum


class TopicKind(StrEnum):
    STATE = "state"
    """One full-state type, compacted: the last record of a key is all there is to know of it."""
    FACTS = "facts"
    """Every record counts; kept for a time, never compacted."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic as declared once, in code; the partition count is never changed in place."""

    name: str
    kind: TopicKind
    partitions: int = 4
    retention_days: int | None = None
    """Days a fact is kept; None for state topics, whose newest record per key stays for good."""


def state_topic(name: str, partitions: int) -> Topic:
    """Mirrors are kept by one process at a time without trouble; few partitions make their readers' polls cheap."""
    return Topic(name, TopicKind.STATE, partitions)


def fact_topic(name: str, retention_days: int = 90) -> Topic:
    return Topic(name, TopicKind.FACTS, retention_days=retention_days)
